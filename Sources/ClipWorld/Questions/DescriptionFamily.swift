/// "in which order do they move ?", answered by the directions of three to five objects as they appear, such as
/// `left-up-up-right`.
///
/// Any object can decide the answer: the options are the four ways in which the directions of two of them, drawn from
/// all, can be right or wrong, so an observation that is shortened or grows careless towards its end does not suffice.
/// As each option differs from two others in one direction and from the third in both, none of them is known as the one
/// that the others were made from. Three objects take 27 words and five take 45, where other families take 9 or 18: a window of lengths that suits those binds here, which
/// is the second failure VIDEOP2R names.
struct DescriptionFamily: QuestionFamily {
  let name = "description"
  let problemType = "multiple choice"
  let film = Film.long
  let version = 2

  func plan(random: inout ClipRandom) -> ScenePlan {
    let count = 3 + random.below(3)
    var plan = ScenePlan(film: film, objectCount: count)
    // Different seconds to start at, so that there is an order.
    let starts = random.shuffled(Array(0...film.seconds - 2)).prefix(count).sorted()
    plan.visits = starts.enumerated().map { actor, start in
      .init(
        actor: actor, span: VisibleSpan(start, start + 2),
        direction: random.pick(Direction.allCases))
    }
    return plan
  }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    let right = scene.facts.objects.map(\.direction)
    let places = random.shuffled(Array(right.indices)).prefix(2)
    let others = places.map { place in
      random.pick(Direction.allCases.filter { $0 != right[place] })
    }
    let options = (0..<4).map { choice in
      var option = right
      for (bit, (place, other)) in zip(places, others).enumerated() where choice >> bit & 1 == 1 {
        option[place] = other
      }
      return option
    }
    return Question(
      family: name, problem: "in which order do they move ?",
      options: random.shuffled(options).map(Self.text))
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words == ["in", "which", "order", "do", "they", "move", "?"] else { return nil }
    return Question(family: name, problem: problem, options: options)
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    guard !facts.objects.isEmpty, Set(facts.objects.map(\.span.start)).count == facts.objects.count
    else { return nil }
    return Self.text(
      facts.objects.sorted { $0.span.start < $1.span.start }.map(\.direction))
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    facts.objects.map { "\($0.colour) \($0.direction)" }.joined(separator: " , ")
      + " so \(conclusion)"
  }

  private static func text(_ directions: [Direction]) -> String {
    directions.map(\.rawValue).joined(separator: "-")
  }
}
