/// "when is the red one visible ?": temporal grounding, answered by a span such as `0 to 3`.
struct WhenFamily: QuestionFamily {
  let name = "when"
  let problemType = "temporal grounding"

  /// Short spans are asked for more often: with all equally likely, `0 to 4` would overlap the answer by two thirds.
  private static let spans: [(value: VisibleSpan, weight: Double)] = [
    (VisibleSpan(0, 2), 0.30), (VisibleSpan(0, 3), 0.06), (VisibleSpan(0, 4), 0.05),
    (VisibleSpan(1, 3), 0.23), (VisibleSpan(1, 4), 0.06), (VisibleSpan(2, 4), 0.30),
  ]

  func plan(random: inout ClipRandom) -> ScenePlan {
    var plan = ScenePlan.oneOrTwo(&random)
    plan.subjectSpans = [random.pick(Self.spans)]
    return plan
  }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    let colour = scene.facts.objects[scene.subject].colour.rawValue
    return Question(
      family: name, problem: "when is the \(colour) one visible ?", subject: colour)
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words.count == 7, words[0] == "when" else { return nil }
    return Question(family: name, problem: problem, options: options, subject: words[3])
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    facts.object(ofColour: question.subject)?.span.text
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    "the \(question.subject) one is visible from \(conclusion)"
  }

  func conceivableAnswers(_ question: Question) -> [String] { VisibleSpan.usual.map(\.text) }
}
