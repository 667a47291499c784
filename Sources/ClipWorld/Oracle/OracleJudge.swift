import RecipeLanguage
import Rewards

/// The oracle as a judge of recipes (`api: oracle`), as exact or as mistaken as wanted. Its mistakes depend on what it
/// is shown and on the seed only, so the same request always gets the same verdict.
public struct OracleJudge: Judge {
  public enum Bias: String, CaseIterable, Sendable {
    /// Errs in both directions.
    case unbiased
    /// Errs only by saying Yes.
    case yes = "yes_biased"
    /// Errs only by saying No.
    case no = "no_biased"
  }

  public let errorRate: Double
  public let bias: Bias
  public let seed: Int

  public init(errorRate: Double = 0, bias: Bias = .unbiased, seed: Int = 0) {
    self.errorRate = errorRate
    self.bias = bias
    self.seed = seed
  }

  public func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
    func field(_ path: String) throws -> String {
      guard let text = request[path] else { throw ClipWorldError.judgeCannotSee(field: path) }
      return text
    }
    let truth = try suffices(request, problem: field("item.problem"), answer: field("item.answer"))
    let isWrong = errs(on: request, truth: truth)
    let says = truth != isWrong
    return JudgeVerdict(
      score: says ? 1 : 0, label: says ? "Yes" : "No",
      explanation: says
        ? "the answer follows from the observation"
        : "the answer does not follow from the observation")
  }

  /// Judges captions with their times where it sees captions, and an observation otherwise.
  private func suffices(
    _ request: JudgeRequest, problem: String, answer: String
  ) throws -> Bool {
    if let captions = request["segment.caption"] {
      guard let times = request["segment.time"] else {
        throw ClipWorldError.judgeCannotSee(field: "segment.time")
      }
      return try OracleSolver.suffices(
        problem: problem, answer: answer, times: times, captions: captions)
    }
    guard let observation = request.fields.first(where: { $0.path.hasPrefix("segment.") }) else {
      throw ClipWorldError.judgeCannotSee(field: "segment.observation")
    }
    return try OracleSolver.suffices(
      problem: problem, answer: answer, observation: observation.text)
  }

  private func errs(on request: JudgeRequest, truth: Bool) -> Bool {
    switch bias {
    case .yes where truth, .no where !truth: return false
    default:
      var random = ClipRandom(key: "oracle \(seed) \(request.content)")
      return random.happens(errorRate)
    }
  }
}

extension OracleJudge {
  /// What a recipe may say of a judge with `api: oracle`.
  public static let schema = KindSchema(
    "oracle", summary: "ClipWorld's rule-based judge of sufficiency; sees text alone",
    fields: [
      .optional("error_rate", .share, default: "0%", "how often its verdict is wrong"),
      .optional(
        "bias", .choice(Bias.allCases.map(\.rawValue)), default: "unbiased",
        "whether it errs in both directions, or only by saying yes or no"),
      .optional("seed", .seed, default: "0", "decides which requests it errs on"),
    ])

  /// The judge that a recipe describes.
  public init(_ record: Record) throws {
    try self.init(
      errorRate: record.number("error_rate"),
      bias: Bias(rawValue: record.string("bias")) ?? .unbiased, seed: record.integer("seed"))
  }
}
