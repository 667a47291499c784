/// "what colour is the ring ?", with both colours of the clip and two others to choose from: seeing the colours alone
/// does not answer it.
struct ColourFamily: QuestionFamily {
  let name = "colour"
  let problemType = "multiple choice"

  func plan(random: inout ClipRandom) -> ScenePlan { ScenePlan(objectCount: 2) }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    let shape = random.pick(scene.facts.objects).shape.rawValue
    guard scene.facts.objects.count(where: { $0.shape.rawValue == shape }) == 1 else { return nil }
    let present = scene.facts.objects.map(\.colour)
    let absent = random.shuffled(Colour.allCases.filter { !present.contains($0) })
    return Question(
      family: name, problem: "what colour is the \(shape) ?",
      options: random.shuffled(present + absent.prefix(2)).map(\.rawValue), subject: shape)
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words.count == 6, words[0] == "what", words[1] == "colour" else { return nil }
    return Question(family: name, problem: problem, options: options, subject: words[4])
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    let matching = facts.objects.filter { $0.shape.rawValue == question.subject }
    return matching.count == 1 ? matching[0].colour.rawValue : nil
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    "the \(question.subject) is \(conclusion)"
  }
}
