import Synchronization

/// Questions to one model, answered together: all that wait when the model is free. Their number changes how
/// long answers take, and no answer.
actor LocalQuestions {
  private let model: any LocalModel
  private let sampling: JudgeSampling
  private var waiting: [Asked] = []
  private var isAnswering = false

  init(_ model: any LocalModel, sampling: JudgeSampling) {
    self.model = model
    self.sampling = sampling
  }

  /// The answer to a question.
  ///
  /// - Throws: `JudgeFailure`, what is wrong with the model; `CancellationError`, which ends the
  ///   computation once nobody waits for it any more.
  func answer(_ question: LocalQuestion) async throws -> ChatReply {
    let asked = Asked(question)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        asked.wait(continuation)
        waiting.append(asked)
        guard !isAnswering else { return }
        isAnswering = true
        Task { await answerAll() }
      }
    } onCancel: {
      asked.cancel()
    }
  }

  private func answerAll() async {
    // Those that are about to be asked come along.
    await Task.yield()
    while !waiting.isEmpty {
      let batch = waiting.filter { !$0.isOver }
      waiting = []
      guard !batch.isEmpty else { continue }
      do {
        let answers = try await model.answers(to: batch.map(\.question), sampling: sampling) {
          batch.allSatisfy(\.isOver)
        }
        for (asked, answer) in zip(batch, answers) { asked.end(answer.mapError { $0 }) }
      } catch {
        for asked in batch { asked.end(.failure(error)) }
      }
      await Task.yield()
    }
    isAnswering = false
  }

  /// A question with whoever waits for its answer.
  private final class Asked: Sendable {
    private enum State {
      case asked
      case waiting(CheckedContinuation<ChatReply, any Error>)
      case over
    }

    let question: LocalQuestion
    private let state = Mutex(State.asked)

    init(_ question: LocalQuestion) { self.question = question }

    var isOver: Bool {
      state.withLock { if case .over = $0 { true } else { false } }
    }

    /// Has `continuation` resumed when there is an answer, or at once when it is cancelled already.
    func wait(_ continuation: CheckedContinuation<ChatReply, any Error>) {
      let isCancelled = state.withLock { state in
        if case .over = state { return true }
        state = .waiting(continuation)
        return false
      }
      if isCancelled { continuation.resume(throwing: CancellationError()) }
    }

    func cancel() { end(.failure(CancellationError())) }

    /// The first end counts.
    func end(_ result: Result<ChatReply, any Error>) {
      let continuation = state.withLock { state -> CheckedContinuation<ChatReply, any Error>? in
        defer { state = .over }
        if case .waiting(let continuation) = state { return continuation }
        return nil
      }
      continuation?.resume(with: result)
    }
  }
}
