/// Everything that decides the bytes of a generated world.
public struct ClipWorldSettings: Codable, Hashable, Sendable {
  /// Which part of the world the clips come from. Every scene belongs to exactly one split, by a digest of its contents.
  public enum Split: String, Codable, CaseIterable, Sendable {
    case foundation, coldStart = "cold_start", train, test
  }

  /// Who writes the traces. `biased` often reverses directions and cuts spans short, and reasons on from that.
  public enum Teacher: String, Codable, CaseIterable, Sendable { case truthful, biased }

  public var split: Split
  public var clips: Int
  public var seed: Int
  /// Families take turns in this order; one that is named twice is asked twice as often.
  public var families: [String]
  public var teacher: Teacher
  /// How often a biased teacher reverses the direction of an object.
  public var directionFlips: Double
  /// How often a biased teacher writes a span of three seconds or more that ends with the clip as ending a second earlier.
  public var spanSlips: Double
  /// Share of traces with one wrong fact in the observation; reasoning and answer stay right.
  public var wrongObservations: Double
  /// Share of traces with a wrong answer after right reasoning.
  public var wrongAnswers: Double
  /// Traces of the biased teacher as a filter on answers leaves them: observation wrong, reasoning and answer right.
  public var filterByAnswer: Bool
  /// At most this many grey specks per clip.
  public var distractors: Int
  /// How all traces are laid out; nil leaves it to the families.
  public var traceForm: TraceForm?

  /// The names that `families` may hold.
  public static let knownFamilies: [String] = QuestionFamilies.all.map(\.name)
  /// The families of a world that names none.
  public static let usualFamilies: [String] = QuestionFamilies.usual.map(\.name)

  public init(
    split: Split, clips: Int, seed: Int = 0, families: [String] = usualFamilies,
    teacher: Teacher = .truthful, directionFlips: Double = 0.6, spanSlips: Double = 0.6,
    wrongObservations: Double = 0, wrongAnswers: Double = 0, filterByAnswer: Bool = false,
    distractors: Int = 2, traceForm: TraceForm? = nil
  ) {
    self.split = split
    self.clips = clips
    self.seed = seed
    self.families = families
    self.teacher = teacher
    self.directionFlips = directionFlips
    self.spanSlips = spanSlips
    self.wrongObservations = wrongObservations
    self.wrongAnswers = wrongAnswers
    self.filterByAnswer = filterByAnswer
    self.distractors = distractors
    self.traceForm = traceForm
  }

  /// Throws `ClipWorldError.setting` for the first value that cannot be.
  public func validate() throws {
    func reject(_ name: String, _ message: String) -> ClipWorldError {
      .setting(name: name, message: message)
    }
    guard (1...10_000_000).contains(clips) else {
      throw reject("clips", "\(clips) is not between 1 and 10000000")
    }
    guard !families.isEmpty else { throw reject("families", "at least one is needed") }
    for family in families where QuestionFamilies.named(family) == nil {
      throw reject(
        "families",
        "'\(family)' is none of \(Self.knownFamilies.joined(separator: ", "))")
    }
    let shares = [
      ("direction_flips", directionFlips), ("span_slips", spanSlips),
      ("wrong_observations", wrongObservations), ("wrong_answers", wrongAnswers),
    ]
    for (name, share) in shares where !(0...1).contains(share) {
      throw reject(name, "\(share) is not between 0 and 1")
    }
    guard (0...50).contains(distractors) else {
      throw reject("distractors", "\(distractors) is not between 0 and 50")
    }
  }
}
