import Rewards

/// A server's answer as everything behind the client sees it: without the key, which servers repeat when
/// they complain of it. It is taken out here, before anything is cut for a message, because no search for
/// the whole key finds a half.
struct ServerAnswer: Sendable {
  let status: Int
  /// Seconds that the server asks to wait.
  let retryAfter: Double?
  /// Nil for a body that is no JSON.
  private let value: JSONValue?
  /// Why it is none.
  private let problem: String
  private let text: String

  init(_ response: HTTPResponse, without secret: Secret?) {
    status = response.status
    retryAfter = RetryAfter.seconds(response.headers["retry-after"])
    do {
      // Texts of the value, not bytes of the body: JSON may escape letters of the key.
      let value = try JSONText.parse(response.body)
      self.value = secret?.redacting(value) ?? value
      problem = ""
      text = ""
    } catch {
      value = nil
      problem = "\(error)"
      let text = String(decoding: response.body, as: UTF8.self)
      self.text = secret?.redacting(text) ?? text
    }
  }

  var isSuccess: Bool { (200..<300).contains(status) }

  /// - Throws: `JudgeFailure` with cause `parse` for a body that is no JSON.
  func json() throws(JudgeFailure) -> JSONValue {
    guard let value else {
      throw JudgeFailure(.parse, "the server's answer is no JSON: \(problem)")
    }
    return value
  }

  /// What the body of an error says, for people.
  var message: String {
    let said =
      value?["error"]?["message"]?.stringValue ?? value?["error"]?.stringValue
      ?? value?["message"]?.stringValue ?? value?["detail"]?.stringValue
      ?? value.flatMap { try? JSONText.write($0) } ?? text
    return said.isEmpty ? "nothing further" : VerdictReader.excerpt(said)
  }
}
