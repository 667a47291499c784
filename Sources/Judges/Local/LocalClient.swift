import Rewards

/// Asks a model that this program runs itself: without limits and patience, for it costs time alone and
/// is never away, and once, for the same question has the same answer.
struct LocalClient: ChatClient {
  private let judge: String
  private let questions: LocalQuestions
  private let waiting: Waiting
  private let telemetry: JudgeTelemetry
  private let begin: @Sendable () throws -> Void
  private let clock: any JudgeClock

  init(
    judge: String, model: any LocalModel, sampling: JudgeSampling, waiting: Waiting,
    clock: any JudgeClock, telemetry: JudgeTelemetry, begin: @escaping @Sendable () throws -> Void
  ) {
    self.judge = judge
    questions = LocalQuestions(model, sampling: sampling)
    self.waiting = waiting
    self.telemetry = telemetry
    self.begin = begin
    self.clock = clock
  }

  func ask<Result: Sendable>(
    _ request: ChatRequest, key: String, wasRejected: Bool,
    read: @escaping @Sendable (ChatReply) throws(JudgeFailure) -> Result
  ) async throws -> Result {
    try begin()
    telemetry.note { $0.asked += 1 }
    let start = clock.now
    defer {
      let seconds = clock.now - start
      telemetry.note { $0.slowest = max($0.slowest, seconds) }
    }
    do {
      let result = try read(try await reply(to: request, key: key))
      telemetry.note { $0.answered += 1 }
      return result
    } catch let failure as JudgeFailure {
      telemetry.note {
        $0.failedAttempts[failure.cause.rawValue, default: 0] += 1
        $0.failures[failure.cause.rawValue, default: 0] += 1
      }
      throw failure
    }
  }

  private func reply(to request: ChatRequest, key: String) async throws -> ChatReply {
    let question = LocalQuestion(
      system: try system(of: request), parts: request.user, key: key)
    let reply: ChatReply
    do {
      reply = try await waiting.during { [questions] in try await questions.answer(question) }
    } catch let error as JudgeFailure {
      throw error
    } catch let error as CancellationError {
      throw error
    } catch {
      throw JudgeError.model(judge: judge, message: "\(error)")
    }
    telemetry.note {
      $0.usage.input += reply.usage.input
      $0.usage.output += reply.usage.output
    }
    guard !reply.isTruncated else {
      throw JudgeFailure(.parse, "the answer is cut at `sampling.max_new_tokens`")
    }
    return reply
  }

  /// What is said of the fences, and of the form of the answer: nothing makes the model keep to it.
  private func system(of request: ChatRequest) throws -> String? {
    guard let structure = request.structure else { return request.system }
    let form = """
      Answer with one JSON object that follows this schema, and with nothing else: \
      \(try JSONText.write(structure.jsonSchema))
      """
    return [request.system, form].compactMap { $0 }.joined(separator: "\n\n")
  }
}
