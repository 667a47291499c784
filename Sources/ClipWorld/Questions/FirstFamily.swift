/// "which one appears first ?", with the two colours of the clip and two others to choose from.
struct FirstFamily: QuestionFamily {
  let name = "first"
  let problemType = "multiple choice"

  func plan(random: inout ClipRandom) -> ScenePlan { ScenePlan(objectCount: 2) }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    guard solve(Question(family: name, problem: ""), scene.facts) != nil else { return nil }
    let present = scene.facts.objects.map(\.colour)
    let absent = random.shuffled(Colour.allCases.filter { !present.contains($0) })
    return Question(
      family: name, problem: "which one appears first ?",
      options: random.shuffled(present + absent.prefix(2)).map(\.rawValue))
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words == ["which", "one", "appears", "first", "?"] else { return nil }
    return Question(family: name, problem: problem, options: options)
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    guard let start = facts.objects.map(\.span.start).min() else { return nil }
    let first = facts.objects.filter { $0.span.start == start }
    return first.count == 1 ? first[0].colour.rawValue : nil
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    facts.objects.map { "\($0.colour) starts at \($0.span.start)" }.joined(separator: " , ")
      + " so \(conclusion)"
  }
}
