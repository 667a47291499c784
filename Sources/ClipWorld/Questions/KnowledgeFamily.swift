/// "how many coins does the red one pay by list 17 ?": what it pays depends on which way it moves, and only the price
/// list says how (`PriceLists`).
///
/// VIDEOP2R names missing knowledge as a failure that no perception repairs. A split has twenty-five lists of its own
/// with 600 prices, so training cannot teach those of the test: without the passage an answer is a guess among eight.
/// With the four passages about red, the clip decides which of them holds, so the passage alone is no answer either.
struct KnowledgeFamily: QuestionFamily {
  let name = "knowledge"
  let problemType = "numerical"

  func plan(random: inout ClipRandom) -> ScenePlan { .oneOrTwo(&random) }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    let colour = scene.facts.objects[scene.subject].colour.rawValue
    let list = random.pick(PriceLists.lists(of: scene.split))
    return Question(
      family: name, problem: "how many coins does the \(colour) one pay by list \(list) ?",
      subject: colour, list: list)
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words.count == 12, words[2] == "coins", let list = Int(words[10]) else { return nil }
    return Question(
      family: name, problem: problem, options: options, subject: words[5], list: list)
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    guard let list = question.list, let fact = facts.object(ofColour: question.subject) else {
      return nil
    }
    return "\(PriceLists.price(list: list, colour: fact.colour, direction: fact.direction))"
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    guard let fact = facts.object(ofColour: question.subject) else { return "so \(conclusion)" }
    return "the \(question.subject) one moves \(fact.direction) so \(conclusion)"
  }

  func conceivableAnswers(_ question: Question) -> [String] { PriceLists.prices.map(String.init) }

  func outsideFact(_ question: Question, _ facts: ClipFacts) -> String? {
    guard let list = question.list, let fact = facts.object(ofColour: question.subject) else {
      return nil
    }
    return PriceLists.passage(list: list, colour: fact.colour, direction: fact.direction)
  }
}
