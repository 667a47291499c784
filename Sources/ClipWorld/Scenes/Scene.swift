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
  /// The frames that show it.
  var frames: Range<Int>

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

  var film = Film.usual
  /// In the order of an observation: by start, then by colour.
  var objects: [SceneObject]
  /// Which of `objects` the question may be about.
  var subject: Int
  /// The second the question is to be about, where the plan named one.
  var second: Int?
  var distractors: [Distractor]
  var flash: SceneFlash?
  var sign: SceneSign?

  var facts: ClipFacts {
    ClipFacts(
      objects.map(\.fact), flashes: [flash?.fact].compactMap { $0 },
      signs: [sign?.fact].compactMap { $0 })
  }

  /// A digest of the contents, places rounded to 1/16 pixel. It decides which split a scene belongs to.
  var fingerprint: UInt64 {
    var parts = objects.map { object in
      let places = [object.x, object.y, object.speed, object.radius].map { Int($0 * 16) }
      return Observation.text(ClipFacts([object.fact])) + " \(places)"
    }
    if let flash { parts.append("\(flash.fact.colour) flash \(flash.frames)") }
    if let sign {
      parts.append("sign \(sign.fact.text) \(sign.fact.span.text) \(sign.x) \(sign.y)")
    }
    return Fingerprint.of(parts.joined(separator: "|"))
  }
}

/// What a question asks of the scene it will be about.
struct ScenePlan: Sendable {
  /// An appearance that the question decides.
  struct Visit: Sendable {
    /// Visits of one actor show the same colour and shape.
    var actor: Int
    var span: VisibleSpan
    var direction: Direction
  }

  var film = Film.usual
  var objectCount: Int
  /// The spans the first object may have; every one equally likely.
  var subjectSpans: [VisibleSpan] = VisibleSpan.usual
  /// The spans all other objects may have.
  var otherSpans: [VisibleSpan] = VisibleSpan.usual
  /// The second the question will be about, where the spans were chosen for one.
  var second: Int?
  /// Who comes when, in place of objects with spans drawn apart. The first is the subject.
  var visits: [Visit] = []
  var hasFlash = false
  /// When digits are to be seen, if they are.
  var signSpan: VisibleSpan?
}
