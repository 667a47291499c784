import Foundation

/// An object on its way: a fact with a size, a tint and a place in every frame.
struct SceneObject: Sendable {
  var fact: Fact
  /// Half its width, in pixels.
  var radius: Double
  /// Brightness relative to the nominal colour.
  var tint: Double
  /// Centre in the first visible frame, and pixels per frame along the direction.
  var x, y, speed: Double

  var frames: Range<Int> {
    fact.span.start * Scene.framesPerSecond..<fact.span.end * Scene.framesPerSecond
  }

  func centre(in frame: Int) -> (x: Double, y: Double) {
    let distance = speed * Double(frame - frames.lowerBound)
    return (x + fact.direction.step.x * distance, y + fact.direction.step.y * distance)
  }

  /// Whether the bounding boxes of the two come within half a pixel of each other in a frame that both are in.
  func meets(_ other: SceneObject) -> Bool {
    let reach = radius + other.radius + 0.5
    return frames.clamped(to: other.frames).contains { frame in
      let here = centre(in: frame)
      let there = other.centre(in: frame)
      return abs(here.x - there.x) < reach && abs(here.y - there.y) < reach
    }
  }
}

/// A grey speck that comes and goes and means nothing.
struct Distractor: Sendable {
  var x, y: Int
  var frames: Range<Int>
  var brightness: Double
}

/// One clip before it is drawn.
struct Scene: Sendable {
  static let size = 56
  static let seconds = 4
  static let framesPerSecond = 4
  static let frameCount = seconds * framesPerSecond

  /// In the order of an observation: by start, then by colour.
  var objects: [SceneObject]
  /// Which of `objects` the question may be about.
  var subject: Int
  /// The second the question is to be about, where the plan named one.
  var second: Int?
  var distractors: [Distractor]

  var facts: [Fact] { objects.map(\.fact) }

  /// A digest of the contents, places rounded to 1/16 pixel. It decides which split a scene belongs to.
  var fingerprint: UInt64 {
    let parts = objects.map { object in
      let places = [object.x, object.y, object.speed, object.radius].map { Int($0 * 16) }
      return Observation.text([object.fact]) + " \(places)"
    }
    return Fingerprint.of(parts.joined(separator: "|"))
  }
}

/// What a question asks of the scene it will be about.
struct ScenePlan: Sendable {
  var objectCount: Int
  /// The spans the first object may have; every one equally likely.
  var subjectSpans: [VisibleSpan] = VisibleSpan.usual
  /// The spans all other objects may have.
  var otherSpans: [VisibleSpan] = VisibleSpan.usual
  /// The second the question will be about, where the spans were chosen for one.
  var second: Int?
}

extension Scene {
  /// Draws a scene: every object crosses a good part of the picture from near the edge it comes from, and none touch.
  /// (Slow or short motion is not learnable at the size of model that this world is for.)
  static func make(
    _ plan: ScenePlan, distractors: Int, random: inout ClipRandom
  ) -> Scene {
    while true {
      let colours = random.shuffled(Colour.allCases).prefix(plan.objectCount)
      var objects: [SceneObject] = []
      for colour in colours {
        let spans = objects.isEmpty ? plan.subjectSpans : plan.otherSpans
        for _ in 0..<25 {
          let object = makeObject(colour, spans: spans, random: &random)
          if objects.contains(where: { $0.meets(object) }) { continue }
          objects.append(object)
          break
        }
      }
      guard objects.count == plan.objectCount, let subject = objects.first else { continue }
      let order = Colour.allCases
      objects.sort {
        ($0.fact.span.start, order.firstIndex(of: $0.fact.colour) ?? 0)
          < ($1.fact.span.start, order.firstIndex(of: $1.fact.colour) ?? 0)
      }
      let place = objects.firstIndex { $0.fact.colour == subject.fact.colour } ?? 0
      return Scene(
        objects: objects, subject: place, second: plan.second,
        distractors: (0..<random.below(distractors + 1)).map { _ in makeDistractor(&random) })
    }
  }

  private static func makeObject(
    _ colour: Colour, spans: [VisibleSpan], random: inout ClipRandom
  ) -> SceneObject {
    let span = random.pick(spans)
    let direction = random.pick(Direction.allCases)
    let shape = random.pick(Shape.allCases)
    let radius = random.uniform(7, 8.5)
    let low = radius + 0.5
    let high = Double(size) - radius - 1.5
    let travel = min(random.uniform(26, 34), high - low)
    let margin = random.uniform(0, 4)
    let across = random.uniform(low, high)
    let forward = direction.step.x + direction.step.y > 0
    let along = forward ? min(low + margin, high - travel) : max(high - margin, low + travel)
    let isHorizontal = direction.step.x != 0
    return SceneObject(
      fact: Fact(colour: colour, shape: shape, span: span, direction: direction), radius: radius,
      tint: random.uniform(0.85, 1.05), x: isHorizontal ? along : across,
      y: isHorizontal ? across : along,
      speed: travel / Double(span.seconds * framesPerSecond - 1))
  }

  private static func makeDistractor(_ random: inout ClipRandom) -> Distractor {
    let start = random.below(frameCount - 4)
    let end = min(frameCount, start + 2 + random.below(7))
    return Distractor(
      x: random.below(size - 2), y: random.below(size - 2), frames: start..<end,
      brightness: random.uniform(50, 80))
  }
}
