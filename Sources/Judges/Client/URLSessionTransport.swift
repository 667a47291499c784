import Foundation
import Synchronization

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// HTTP over Foundation's URLSession. Redirections are not followed (a key is meant for one server),
/// nothing is kept between requests, and an answer has a largest size.
public final class URLSessionTransport: HTTPTransport {
  /// Bytes of the longest answer that is read.
  static let largestAnswer = 4 << 20

  private let session: URLSession
  private let delegate = AnswerCollector()
  /// A thread of its own: while stages compute, tasks that sleep may be woken late.
  private let timers = DispatchQueue(label: "sousvide.judges.timeouts")

  /// - Parameter connections: calls in flight.
  public init(connections: Int) {
    let configuration = URLSessionConfiguration.ephemeral
    configuration.httpMaximumConnectionsPerHost = max(1, connections)
    configuration.httpShouldSetCookies = false
    configuration.httpCookieAcceptPolicy = .never
    configuration.urlCache = nil
    session = URLSession(configuration: configuration, delegate: delegate, delegateQueue: nil)
  }

  deinit { session.invalidateAndCancel() }

  public func post(_ request: HTTPRequest, timeout: Double) async throws -> HTTPResponse {
    guard let url = URL(string: request.url) else {
      throw JudgeFailure(.network, "\(request.url) is no address", isFinal: true)
    }
    var message = URLRequest(url: url)
    message.httpMethod = "POST"
    message.httpBody = Data(request.body)
    // The timer below decides; this one is for the case that it never runs.
    message.timeoutInterval = timeout + 60
    for (name, value) in request.headers { message.setValue(value, forHTTPHeaderField: name) }
    let task = session.dataTask(with: message)
    let timer = DispatchWorkItem { [delegate] in delegate.expire(task, after: timeout) }
    timers.asyncAfter(deadline: .now() + timeout, execute: timer)
    defer { timer.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        delegate.begin(task, continuation)
        task.resume()
      }
    } onCancel: {
      delegate.end(task, throwing: CancellationError())
    }
  }
}

/// Gathers the answers of the tasks of one session.
private final class AnswerCollector: NSObject, URLSessionDataDelegate, Sendable {
  private struct Answer {
    let continuation: CheckedContinuation<HTTPResponse, any Error>
    var body: [UInt8] = []
  }

  private let answers = Mutex<[Int: Answer]>([:])

  func begin(
    _ task: URLSessionTask, _ continuation: CheckedContinuation<HTTPResponse, any Error>
  ) {
    answers.withLock { $0[task.taskIdentifier] = Answer(continuation: continuation) }
    if Task.isCancelled { end(task, throwing: CancellationError()) }
  }

  func expire(_ task: URLSessionTask, after seconds: Double) {
    end(
      task,
      throwing: JudgeFailure(
        .timeout, "no complete answer within \(VerdictReader.short(seconds)) s"))
  }

  /// Ends a task that is still going on; the first end counts.
  func end(_ task: URLSessionTask, throwing error: any Error) {
    let answer = answers.withLock { $0.removeValue(forKey: task.taskIdentifier) }
    task.cancel()
    answer?.continuation.resume(throwing: error)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let isTooLong = answers.withLock { answers in
      answers[dataTask.taskIdentifier]?.body.append(contentsOf: data)
      return answers[dataTask.taskIdentifier]?.body.count ?? 0 > URLSessionTransport.largestAnswer
    }
    guard isTooLong else { return }
    end(dataTask, throwing: JudgeFailure(.server, "the answer is longer than 4 MiB"))
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask,
    willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
    completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) { completionHandler(nil) }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
  ) {
    let answer = answers.withLock { $0.removeValue(forKey: task.taskIdentifier) }
    guard let answer else { return }
    if let error {
      answer.continuation.resume(throwing: Self.failure(error))
      return
    }
    guard let response = task.response as? HTTPURLResponse else {
      answer.continuation.resume(throwing: JudgeFailure(.network, "the server speaks no HTTP"))
      return
    }
    var headers: [String: String] = [:]
    for (name, value) in response.allHeaderFields {
      headers["\(name)".lowercased()] = "\(value)"
    }
    answer.continuation.resume(
      returning: HTTPResponse(
        status: response.statusCode, headers: headers, body: answer.body))
  }

  /// The error in our words: URLSession's differ between systems, and can name the whole request.
  private static func failure(_ error: any Error) -> JudgeFailure {
    switch (error as? URLError)?.code {
    case .timedOut: JudgeFailure(.timeout, "the server does not answer")
    case .cannotConnectToHost: JudgeFailure(.network, "the server cannot be reached")
    case .cannotFindHost, .dnsLookupFailed:
      JudgeFailure(.network, "no server of that name is known")
    case .secureConnectionFailed, .serverCertificateUntrusted, .serverCertificateHasBadDate,
      .serverCertificateHasUnknownRoot, .serverCertificateNotYetValid, .clientCertificateRejected:
      JudgeFailure(.network, "no secure connection can be made")
    case .networkConnectionLost: JudgeFailure(.network, "the connection broke")
    case .badServerResponse, .cannotParseResponse, .zeroByteResource:
      JudgeFailure(.network, "the answer is no HTTP, or broke off")
    case .unsupportedURL, .badURL: JudgeFailure(.network, "the address is none", isFinal: true)
    default: JudgeFailure(.network, "the connection failed (\((error as NSError).code))")
    }
  }
}
