/// "at what time does the red one move left ?": temporal grounding, answered by a span such as `00:05-00:07`, in traces
/// of Video-Thinker's form.
///
/// The red one comes twice within eight seconds and moves another way each time, so neither its colour nor its direction
/// alone tells the time, and a response that looks at one visit only is as often wrong as right. A span that is always
/// the same overlaps the true one by three tenths (by half in `when`, whose spans fill half of the clip), which leaves
/// room between the rows of an ablation. The record's spans are all visits of the red one: what there is to find.
struct GroundingFamily: QuestionFamily {
  let name = "grounding"
  let problemType = "temporal grounding"
  let traceForm = TraceForm.timed
  let film = Film.long

  func plan(random: inout ClipRandom) -> ScenePlan {
    var spans = [visit(&random), visit(&random)]
    // At least a second between the visits; all pairs with that are equally likely.
    while spans[0].end >= spans[1].start { spans = [visit(&random), visit(&random)] }
    let directions = random.shuffled(Direction.allCases)
    let asked = random.below(2)
    var plan = ScenePlan(film: film, objectCount: 2)
    plan.visits = [
      .init(actor: 0, span: spans[asked], direction: directions[asked]),
      .init(actor: 0, span: spans[1 - asked], direction: directions[1 - asked]),
    ]
    if random.happens(0.5) {
      plan.visits.append(
        .init(actor: 1, span: visit(&random), direction: random.pick(Direction.allCases)))
    }
    return plan
  }

  private func visit(_ random: inout ClipRandom) -> VisibleSpan {
    let length = random.pick([2, 2, 3])
    let start = random.below(film.seconds - length + 1)
    return VisibleSpan(start, start + length)
  }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    let fact = scene.facts.objects[scene.subject]
    return Question(
      family: name, problem: "at what time does the \(fact.colour) one move \(fact.direction) ?",
      subject: fact.colour.rawValue, direction: fact.direction.rawValue)
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words.count == 10, words[0] == "at", words[2] == "time" else { return nil }
    return Question(
      family: name, problem: problem, options: options, subject: words[5], direction: words[8])
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    let matching = facts.objects.filter {
      $0.colour.rawValue == question.subject && $0.direction.rawValue == question.direction
    }
    return matching.count == 1 ? Clock.text(matching[0].span) : nil
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    "the \(question.subject) one moves \(question.direction) at \(conclusion)"
  }

  func conceivableAnswers(_ question: Question) -> [String] {
    (2...3).flatMap { length in
      (0...film.seconds - length).map { Clock.text(VisibleSpan($0, $0 + length)) }
    }
  }

  func evidence(_ question: Question, _ facts: ClipFacts) -> ClipFacts {
    let visits = facts.objects.filter { $0.colour.rawValue == question.subject }
    return visits.isEmpty ? facts : ClipFacts(visits)
  }
}
