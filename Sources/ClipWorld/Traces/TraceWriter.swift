/// Writes traces with the mistakes that the settings ask for.
struct TraceWriter: Sendable {
  let settings: ClipWorldSettings

  /// `answer` is the right one.
  func write(
    _ question: Question, by family: any QuestionFamily, facts: ClipFacts, answer: String,
    random: inout ClipRandom
  ) -> Trace {
    let form = settings.traceForm ?? family.traceForm
    let told = form == .timed ? family.evidence(question, facts) : facts
    var stated = facts
    var believed = facts
    var conclusion = answer
    if random.happens(settings.wrongObservations) {
      stated = withOneWrongFact(facts, among: told, random: &random)
    }
    if settings.teacher == .biased {
      stated.objects = distorted(stated.objects, family.film, random: &random)
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
      question, by: family, stated: stated, told: stated.places(of: told, in: facts),
      believed: believed, conclusion: conclusion, answer: final, form: form)
  }

  /// Changes one statement.
  ///
  /// - Parameter told: the facts that are stated at all, of which it is one.
  func withOneWrongFact(
    _ facts: ClipFacts, among told: ClipFacts, random: inout ClipRandom
  ) -> ClipFacts {
    var facts = facts
    let special = told.flashes.count + told.signs.count
    guard special > 0, random.below(told.objects.count + special) < special else {
      facts.objects = withOneWrongObject(facts.objects, among: told.objects, random: &random)
      return facts
    }
    if let flash = told.flashes.first {
      facts.flashes[0].colour = random.pick(Colour.allCases.filter { $0 != flash.colour })
    } else if let sign = told.signs.first {
      let place = random.below(sign.digits.count)
      facts.signs[0].digits[place] = (sign.digits[place] + 1 + random.below(9)) % 10
    }
    return facts
  }

  /// Changes the colour, shape, direction or span of one object.
  private func withOneWrongObject(
    _ facts: [Fact], among told: [Fact], random: inout ClipRandom
  ) -> [Fact] {
    var facts = facts
    let place = random.pick(facts.indices.filter { told.contains(facts[$0]) })
    let fact = facts[place]
    switch random.below(4) {
    case 0:
      let present = facts.map(\.colour)
      let absent = Colour.allCases.filter { !present.contains($0) }
      // No clip of ours shows all colours, but others' data may say so.
      facts[place].colour = random.pick(
        absent.isEmpty ? Colour.allCases.filter { $0 != fact.colour } : absent)
    case 1: facts[place].shape = random.pick(Shape.allCases.filter { $0 != fact.shape })
    case 2: facts[place].direction = random.pick(Direction.allCases.filter { $0 != fact.direction })
    default: facts[place].span = random.pick(VisibleSpan.usual.filter { $0 != fact.span })
    }
    return facts
  }

  /// What the biased teacher sees.
  private func distorted(
    _ facts: [Fact], _ film: Film, random: inout ClipRandom
  ) -> [Fact] {
    facts.map { fact in
      var fact = fact
      if random.happens(settings.directionFlips) { fact.direction = fact.direction.opposite }
      if fact.span.end == film.seconds, fact.span.seconds >= 3,
        random.happens(settings.spanSlips)
      {
        fact.span.end = film.seconds - 1
      }
      return fact
    }
  }
}
