/// Equal questions that are asked at the same time are asked once.
actor Flights<Value: Sendable> {
  private var going: [String: Task<Value, any Error>] = [:]

  /// The value for a key: from the call that is under way, or from a new one.
  func value(
    _ key: String, _ make: @escaping @Sendable () async throws -> Value
  ) async throws -> Value {
    let task =
      going[key]
      ?? Task {
        defer { going[key] = nil }
        return try await make()
      }
    going[key] = task
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }
}
