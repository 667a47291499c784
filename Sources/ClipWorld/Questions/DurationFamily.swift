/// "how many seconds is the red one visible ?": a regression, scored by relative error.
struct DurationFamily: QuestionFamily {
  let name = "duration"
  let problemType = "regression"

  /// From one second to four: the wider the range, the less a constant guess is worth (0.53 with these shares).
  private static let seconds: [(value: Int, weight: Double)] = [
    (1, 0.28), (2, 0.24), (3, 0.18), (4, 0.30),
  ]

  func plan(random: inout ClipRandom) -> ScenePlan {
    var plan = ScenePlan.oneOrTwo(&random)
    let length = random.pick(Self.seconds)
    plan.subjectSpans = (0...Film.usual.seconds - length).map { VisibleSpan($0, $0 + length) }
    return plan
  }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    let colour = scene.facts.objects[scene.subject].colour.rawValue
    return Question(
      family: name, problem: "how many seconds is the \(colour) one visible ?", subject: colour)
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words.count == 9, words[2] == "seconds" else { return nil }
    return Question(family: name, problem: problem, options: options, subject: words[5])
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    facts.object(ofColour: question.subject).map { "\($0.span.seconds)" }
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    guard let fact = facts.object(ofColour: question.subject) else { return "so \(conclusion)" }
    return "the \(question.subject) one is visible from \(fact.span.text) so \(conclusion)"
  }

  func conceivableAnswers(_ question: Question) -> [String] { ["1", "2", "3", "4"] }
}
