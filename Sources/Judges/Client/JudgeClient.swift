import Foundation
import Rewards

/// Asks one server, with all the manners of `limits`: calls in flight, requests and tokens per
/// minute, back-off, patience in an outage. Nothing here knows what is asked.
struct JudgeClient: ChatClient {
  let judge: String
  let url: String
  let backend: any ChatBackend
  let secret: Secret?
  let limits: JudgeLimits
  let price: JudgePrice
  let transport: any HTTPTransport
  let clock: any JudgeClock
  let telemetry: JudgeTelemetry
  let begin: @Sendable () throws -> Void
  let pay: @Sendable (Double) -> Void
  private let waiting: Waiting
  private let slots: Slots
  private let pace: Pace
  private let circuit: CircuitBreaker
  private let rejections: Rejections

  init(
    judge: String, url: String, backend: any ChatBackend, secret: Secret?, limits: JudgeLimits,
    price: JudgePrice, transport: any HTTPTransport, clock: any JudgeClock, waiting: Waiting,
    telemetry: JudgeTelemetry, begin: @escaping @Sendable () throws -> Void,
    pay: @escaping @Sendable (Double) -> Void,
    announce: @escaping @Sendable (String) -> Void
  ) {
    self.judge = judge
    self.url = url
    self.backend = backend
    self.secret = secret
    self.limits = limits
    self.price = price
    self.transport = transport
    let clock = EndableClock(clock: clock, waiting: waiting)
    self.clock = clock
    self.waiting = waiting
    self.telemetry = telemetry
    self.begin = begin
    self.pay = pay
    slots = Slots(limits.concurrency)
    pace = Pace(
      requestsPerMinute: limits.requestsPerMinute, tokensPerMinute: limits.tokensPerMinute,
      clock: clock)
    circuit = CircuitBreaker(name: judge, clock: clock, announce: announce)
    rejections = Rejections { telemetry.current.replayed > 0 }
  }

  /// Asks until `read` accepts an answer.
  ///
  /// What passes (an outage, a rate limit, a timeout) is tried again until both `retries` are used
  /// up and `patience` is over; what does not hold a verdict, until `retries` are; a refusal not at
  /// all.
  ///
  /// - Parameters:
  ///   - key: of the question; decides the jitter.
  ///   - wasRejected: whether an earlier command got no further with this question than its rejection.
  /// - Throws: `JudgeFailure`, `JudgeError.rejected`, `.spent`; `CancellationError`, also when waiting is
  ///   ended.
  func ask<Result: Sendable>(
    _ request: ChatRequest, key: String, wasRejected: Bool,
    read: @escaping @Sendable (ChatReply) throws(JudgeFailure) -> Result
  ) async throws -> Result {
    let start = clock.now
    defer {
      let seconds = clock.now - start
      telemetry.note { $0.slowest = max($0.slowest, seconds) }
    }
    rejections.begin()
    defer { rejections.end() }
    var deadline: Double?
    for attempt in 1... {
      try await waitForServer(&deadline)
      do {
        // The first answer may still come when the command is to stop; a further attempt is patience.
        let result =
          attempt == 1
          ? try await first(request, read: read)
          : try await waiting.during {
            try await slots.with { try await once(request, read: read) }
          }
        telemetry.note { $0.answered += 1 }
        return result
      } catch let rejection as Rejection {
        throw try await meaning(of: rejection, wasRejected: wasRejected)
      } catch let failure as JudgeFailure {
        noteFailedAttempt(failure)
        let end = deadline ?? clock.now + limits.patience
        deadline = end
        guard let delay = delay(after: failure, attempt, key: key, until: end) else {
          throw givenUp(failure)
        }
        telemetry.note { $0.repeatedAttempts += 1 }
        try await rest(delay)
      }
    }
    throw CancellationError()
  }

  /// A failure of the question, or what ends the command. Outside the place of a call, which others need
  /// to be understood meanwhile.
  private func meaning(of rejection: Rejection, wasRejected: Bool) async throws -> any Error {
    if !wasRejected, try await !rejections.isOfQuestion() {
      return JudgeError.rejected(
        judge: judge, status: rejection.status, message: rejection.message)
    }
    let failure = JudgeFailure(.server, "\(rejection.status), \(rejection.message)", isFinal: true)
    noteFailedAttempt(failure)
    return givenUp(failure)
  }

  private func noteFailedAttempt(_ failure: JudgeFailure) {
    telemetry.note { $0.failedAttempts[failure.cause.rawValue, default: 0] += 1 }
  }

  /// The first attempt. The question is counted when its turn has come: what was paid for those before
  /// it is known by then, up to the calls in flight.
  private func first<Result: Sendable>(
    _ request: ChatRequest, read: @Sendable (ChatReply) throws(JudgeFailure) -> Result
  ) async throws -> Result {
    try await slots.with {
      do {
        try begin()
      } catch {
        await circuit.gaveUp()
        throw error
      }
      telemetry.note { $0.asked += 1 }
      return try await once(request, read: read)
    }
  }

  /// Seconds until the next attempt; nil when the call has failed.
  private func delay(
    after failure: JudgeFailure, _ attempt: Int, key: String, until deadline: Double
  ) -> Double? {
    guard !failure.isFinal, failure.cause != .refusal else { return nil }
    let delay = max(Backoff.delay(after: attempt, key: key), failure.retryAfter ?? 0)
    if attempt <= limits.retries {
      return delay <= max(limits.patience, Backoff.longest) ? delay : nil
    }
    return failure.cause.isTransient && clock.now + delay <= deadline ? delay : nil
  }

  /// Waits while the circuit is open.
  private func waitForServer(_ deadline: inout Double?) async throws {
    while let delay = await circuit.wait() {
      let end = deadline ?? clock.now + limits.patience
      deadline = end
      if clock.now + delay > end {
        throw givenUp(await circuit.lastFailure ?? JudgeFailure(.server, "no answers"))
      }
      try await rest(delay)
    }
  }

  private func rest(_ seconds: Double) async throws {
    telemetry.note { $0.waited += seconds }
    try await clock.sleep(seconds)
  }

  private func givenUp(_ failure: JudgeFailure) -> JudgeFailure {
    telemetry.note { $0.failures[failure.cause.rawValue, default: 0] += 1 }
    return failure
  }

  /// One attempt, in its place, which tells the circuit how it went.
  private func once<Result: Sendable>(
    _ request: ChatRequest, read: (ChatReply) throws(JudgeFailure) -> Result
  ) async throws -> Result {
    do {
      let result = try read(try await reply(to: request))
      await circuit.succeeded()
      return result
    } catch let failure as JudgeFailure {
      if failure.cause.isTransient, !failure.isFinal {
        await circuit.failed(failure)
      } else {
        await circuit.succeeded()
      }
      throw failure
    } catch let rejection as Rejection {
      await circuit.succeeded()
      throw rejection
    } catch {
      await circuit.gaveUp()
      throw error
    }
  }

  private func reply(to request: ChatRequest) async throws -> ChatReply {
    let text = try JSONText.write(backend.body(request))
    let estimate = try estimatedUsage(request)
    let ticket = try await pace.admit(estimate: estimate.input + estimate.output)
    let answer = ServerAnswer(
      try await transport.post(
        HTTPRequest(
          url: url, headers: backend.headers(secret) + [("content-type", "application/json")],
          body: Array(text.utf8)),
        timeout: limits.timeout), without: secret)
    guard answer.isSuccess else { throw error(answer) }
    let body = try answer.json()
    rejections.understood()
    let reply = try backend.reply(body)
    // What a server does not count is paid as it was estimated: a limit on spending holds.
    let cost = price.cost(of: reply.usage == TokenUsage() ? estimate : reply.usage)
    telemetry.note {
      $0.usage.input += reply.usage.input
      $0.usage.output += reply.usage.output
      $0.cost += cost
    }
    pay(cost)
    let used = reply.usage.input + reply.usage.output
    if used > 0 { await pace.settle(ticket, tokens: used) }
    guard !reply.isTruncated else {
      throw JudgeFailure(.parse, "the answer is cut at `sampling.max_new_tokens`")
    }
    return reply
  }

  /// The tokens of a question, with an answer of the longest: about four bytes of text are one token, and pictures
  /// have some for each of their pixels.
  private func estimatedUsage(_ request: ChatRequest) throws -> TokenUsage {
    let text = try JSONText.write(backend.body(request.withoutPictures))
    return TokenUsage(
      input: text.utf8.count / 4 + request.pictureTokens,
      output: request.sampling.maximumNewTokens)
  }

  /// What a status other than success means.
  private func error(_ answer: ServerAnswer) -> any Error {
    let message = answer.message
    switch answer.status {
    case 429: return JudgeFailure(.rateLimit, message, retryAfter: answer.retryAfter)
    case 408: return JudgeFailure(.timeout, message)
    case 409, 425, 500...:
      return JudgeFailure(
        .server, "\(answer.status), \(message)", retryAfter: answer.retryAfter)
    case 400, 413, 422: return Rejection(status: answer.status, message: message)
    default:
      return JudgeError.rejected(judge: judge, status: answer.status, message: message)
    }
  }
}
