/// A judge that repeats what was said before, and asks another one about everything else.
public struct StoredVerdicts: Judge {
  private let scores: [String: Double]
  private let fallback: any Judge

  /// - Parameter scores: by `JudgeRequest.content`.
  public init(_ scores: [String: Double], fallback: any Judge) {
    self.scores = scores
    self.fallback = fallback
  }

  public func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
    guard let score = scores[request.content] else { return try await fallback.verdict(request) }
    return JudgeVerdict(score: score, label: "stored verdict")
  }
}
