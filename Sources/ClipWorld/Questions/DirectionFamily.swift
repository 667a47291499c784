/// "which way does the red one move ?", with all four directions to choose from.
struct DirectionFamily: QuestionFamily {
  let name = "direction"
  let problemType = "multiple choice"

  func plan(random: inout ClipRandom) -> ScenePlan { .oneOrTwo(&random) }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    let colour = scene.facts.objects[scene.subject].colour.rawValue
    return Question(
      family: name, problem: "which way does the \(colour) one move ?",
      options: random.shuffled(Direction.allCases.map(\.rawValue)), subject: colour)
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words.count == 8, words[0] == "which", words[1] == "way" else { return nil }
    return Question(family: name, problem: problem, options: options, subject: words[4])
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    facts.object(ofColour: question.subject)?.direction.rawValue
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    "the \(question.subject) one moves \(conclusion)"
  }
}
