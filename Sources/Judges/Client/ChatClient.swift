/// Whoever puts questions to a chat model until there is an answer that can be read, or none to be had.
protocol ChatClient: Sendable {
  /// - Parameters:
  ///   - key: of the question.
  ///   - wasRejected: whether an earlier command got no further with this question than its rejection.
  ///   - read: what the answer says; a failure where it does not say it.
  /// - Throws: `JudgeFailure`, `JudgeError`; `CancellationError`, also when waiting is ended.
  func ask<Result: Sendable>(
    _ request: ChatRequest, key: String, wasRejected: Bool,
    read: @escaping @Sendable (ChatReply) throws(JudgeFailure) -> Result
  ) async throws -> Result
}
