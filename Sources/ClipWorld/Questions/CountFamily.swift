/// "how many objects are visible at second 2 ?": none, one or two, equally often at every second.
struct CountFamily: QuestionFamily {
  let name = "count"
  let problemType = "numerical"

  func plan(random: inout ClipRandom) -> ScenePlan {
    let count = random.below(3)
    let second = random.below(Film.usual.seconds)
    let objects = count == 2 || !random.happens(0.6) ? 2 : 1
    let shown = VisibleSpan.usual.filter { $0.contains(second) }
    let hidden = VisibleSpan.usual.filter { !$0.contains(second) }
    return ScenePlan(
      objectCount: objects, subjectSpans: count == 0 ? hidden : shown,
      otherSpans: count == 2 ? shown : hidden, second: second)
  }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    guard let second = scene.second else { return nil }
    return Question(
      family: name, problem: "how many objects are visible at second \(second) ?", second: second)
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words.count == 9, words[2] == "objects", let second = Int(words[7]) else { return nil }
    return Question(family: name, problem: problem, options: options, second: second)
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    question.second.map { second in "\(facts.objects.count { $0.span.contains(second) })" }
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    let second = question.second ?? 0
    return "at \(second) : "
      + facts.objects.map { "\($0.colour) \($0.span.contains(second) ? "yes" : "no")" }
      .joined(separator: " , ") + " so \(conclusion)"
  }

  func conceivableAnswers(_ question: Question) -> [String] { ["0", "1", "2", "3"] }
}
