extension Scene {
  /// Draws a scene: every object crosses a good part of the picture from near the edge it comes from, and none touch.
  /// (Slow or short motion is not learnable at the size of model that this world is for.)
  static func make(
    _ plan: ScenePlan, distractors: Int, random: inout ClipRandom
  ) -> Scene {
    while true {
      let drawn =
        plan.visits.isEmpty
        ? apart(plan, random: &random) : visits(plan.visits, plan.film, random: &random)
      guard let drawn else { continue }
      let subject = drawn.first?.fact
      var objects = drawn
      let order = Colour.allCases
      objects.sort {
        ($0.fact.span.start, order.firstIndex(of: $0.fact.colour) ?? 0)
          < ($1.fact.span.start, order.firstIndex(of: $1.fact.colour) ?? 0)
      }
      var scene = Scene(
        film: plan.film, objects: objects,
        subject: objects.firstIndex { $0.fact == subject } ?? 0, second: plan.second,
        distractors: (0..<random.below(distractors + 1)).map { _ in
          makeDistractor(plan.film, &random)
        })
      if plan.hasFlash {
        scene.flash = SceneFlash(
          in: plan.film, beside: Set(objects.map(\.fact.colour)), random: &random)
      }
      if let span = plan.signSpan { scene.sign = SceneSign(during: span, random: &random) }
      return scene
    }
  }

  /// Objects of different colours, the subject first; nil if they do not fit.
  private static func apart(_ plan: ScenePlan, random: inout ClipRandom) -> [SceneObject]? {
    let colours = random.shuffled(Colour.allCases).prefix(plan.objectCount)
    var objects: [SceneObject] = []
    for colour in colours {
      let spans = objects.isEmpty ? plan.subjectSpans : plan.otherSpans
      for _ in 0..<25 {
        let span = random.pick(spans)
        let direction = random.pick(Direction.allCases)
        let shape = random.pick(Shape.allCases)
        let fact = Fact(colour: colour, shape: shape, span: span, direction: direction)
        let object = makeObject(fact, plan.film, random: &random)
        if objects.contains(where: { $0.meets(object) }) { continue }
        objects.append(object)
        break
      }
    }
    return objects.count == plan.objectCount ? objects : nil
  }

  /// The visits in the order of the plan; nil if they do not fit.
  private static func visits(
    _ visits: [ScenePlan.Visit], _ film: Film, random: inout ClipRandom
  ) -> [SceneObject]? {
    let colours = random.shuffled(Colour.allCases)
    let shapes = colours.map { _ in random.pick(Shape.allCases) }
    var objects: [SceneObject] = []
    for visit in visits {
      let fact = Fact(
        colour: colours[visit.actor % colours.count], shape: shapes[visit.actor % shapes.count],
        span: visit.span, direction: visit.direction)
      for _ in 0..<25 {
        let object = makeObject(fact, film, random: &random)
        if objects.contains(where: { $0.meets(object) }) { continue }
        objects.append(object)
        break
      }
    }
    return objects.count == visits.count ? objects : nil
  }

  private static func makeObject(
    _ fact: Fact, _ film: Film, random: inout ClipRandom
  ) -> SceneObject {
    let direction = fact.direction
    let radius = random.uniform(7, 8.5)
    let low = radius + 0.5
    let high = Double(size) - radius - 1.5
    let travel = min(random.uniform(26, 34), high - low)
    let margin = random.uniform(0, 4)
    let across = random.uniform(low, high)
    let forward = direction.step.x + direction.step.y > 0
    let along = forward ? min(low + margin, high - travel) : max(high - margin, low + travel)
    let isHorizontal = direction.step.x != 0
    let rate = film.framesPerSecond
    return SceneObject(
      fact: fact, radius: radius, tint: random.uniform(0.85, 1.05),
      x: isHorizontal ? along : across, y: isHorizontal ? across : along,
      speed: travel / Double(fact.span.seconds * rate - 1),
      frames: fact.span.start * rate..<fact.span.end * rate)
  }

  private static func makeDistractor(_ film: Film, _ random: inout ClipRandom) -> Distractor {
    let start = random.below(film.frameCount - 4)
    let end = min(film.frameCount, start + 2 + random.below(7))
    return Distractor(
      x: random.below(size - 2), y: random.below(size - 2), frames: start..<end,
      brightness: random.uniform(50, 80))
  }
}
