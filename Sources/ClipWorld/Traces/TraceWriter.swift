/// A teacher's answer to a question: observation, reasoning and answer.
struct Trace: Sendable {
  var observation: String
  var reasoning: String
  var answer: String

  /// The reasoning in its tags.
  var process: String { "<think> \(reasoning) </think>" }

  /// The whole response. Spaces inside the tags keep every word one token of a byte-level BPE, and the line ends keep
  /// a closing tag from sharing a token with the opening tag that follows.
  var text: String {
    "<observation> \(observation) </observation>\n\(process)\n<answer> \(answer) </answer>"
  }
}

/// Writes traces with the mistakes that the settings ask for.
struct TraceWriter: Sendable {
  let settings: ClipWorldSettings

  /// `answer` is the right one.
  func write(
    _ question: Question, by family: any QuestionFamily, facts: [Fact], answer: String,
    random: inout ClipRandom
  ) -> Trace {
    var stated = facts
    var believed = facts
    var conclusion = answer
    if random.happens(settings.wrongObservations) {
      stated = withOneWrongFact(facts, random: &random)
    }
    if settings.teacher == .biased {
      stated = distorted(stated, random: &random)
      if !settings.filterByAnswer, let follows = family.solve(question, stated),
        question.options.isEmpty || question.options.contains(follows)
      {
        believed = stated
        conclusion = follows
      }
    }
    var final = conclusion
    if random.happens(settings.wrongAnswers) {
      let others = family.conceivableAnswers(question).filter { $0 != conclusion }
      if !others.isEmpty { final = random.pick(others) }
    }
    return Trace(
      observation: Observation.text(stated),
      reasoning: family.reasoning(question, believed, conclusion: conclusion), answer: final)
  }

  /// Changes the colour, shape, direction or span of one object.
  private func withOneWrongFact(_ facts: [Fact], random: inout ClipRandom) -> [Fact] {
    var facts = facts
    let place = random.below(facts.count)
    let fact = facts[place]
    switch random.below(4) {
    case 0:
      let present = facts.map(\.colour)
      facts[place].colour = random.pick(Colour.allCases.filter { !present.contains($0) })
    case 1: facts[place].shape = random.pick(Shape.allCases.filter { $0 != fact.shape })
    case 2: facts[place].direction = random.pick(Direction.allCases.filter { $0 != fact.direction })
    default: facts[place].span = random.pick(VisibleSpan.usual.filter { $0 != fact.span })
    }
    return facts
  }

  /// What the biased teacher sees.
  private func distorted(_ facts: [Fact], random: inout ClipRandom) -> [Fact] {
    facts.map { fact in
      var fact = fact
      if random.happens(settings.directionFlips) { fact.direction = fact.direction.opposite }
      if fact.span.end == Scene.seconds, fact.span.seconds >= 3,
        random.happens(settings.spanSlips)
      {
        fact.span.end = Scene.seconds - 1
      }
      return fact
    }
  }
}
