import Rewards
import TestSupport
import Testing

@testable import Judges

/// A key goes into a header and nowhere else.
@Suite struct SecretTests {
  private let value = "sk-test-0123456789"

  @Test("it is printed, inspected and dumped as its name")
  func printing() throws {
    let secret = try Secret(name: "judge_key", value: value, variable: "JUDGE_KEY")
    var dumped = ""
    dump(secret, to: &dumped)
    for text in ["\(secret)", String(reflecting: secret), dumped, "\([secret])"] {
      #expect(!text.contains(value))
      #expect(text.contains("judge_key"))
    }
  }

  @Test("a value that would break out of its header is refused, and not shown")
  func unusable() {
    for text in ["a\r\nx-evil: 1", "a b", "ключ", " ", "a\u{0}b"] {
      #expect(
        throws: JudgeError.unusableSecret(secret: "judge_key", variable: "JUDGE_KEY")
      ) { try Secret(name: "judge_key", value: text, variable: "JUDGE_KEY") }
    }
  }

  @Test("a line break at the end, as files and shells leave it, is not part of the key")
  func trimmed() throws {
    let secret = try Secret(name: "k", value: "\(value)\n", variable: "K")
    #expect(secret.headerValue == value)
  }

  @Test("a variable that is not set is named")
  func missing() {
    let store = SecretStore(["judge_key": "JUDGE_KEY"]) { $0 == "EMPTY" ? "" : nil }
    let expected = JudgeError.missingSecret(
      judge: "j", secret: "judge_key", variable: "JUDGE_KEY")
    #expect(throws: expected) { try store.secret("judge_key", judge: "j") }
    #expect(
      expected.description
        == "judge `j` needs the secret `judge_key`, and the environment variable JUDGE_KEY is not set"
    )
  }

  @Test("each service gets the key in its own header, and errors that repeat it are redacted")
  func headers() async throws {
    let echo = #"{"error": {"message": "bad key \#(value)!"}}"#
    for (backend, header, prefix) in [
      (AnthropicBackend(), "x-api-key", ""),
      (OpenAIBackend(isOpenAI: false), "authorization", "Bearer "),
    ] as [(any ChatBackend, String, String)] {
      let server = try server(.answer(status: 401, body: echo))
      defer { server.stop() }
      var judge = TestJudge(url: server.url)
      judge.backend = backend
      judge.secret = try Secret(name: "judge_key", value: value, variable: "JUDGE_KEY")
      let made = judge.made()
      await #expect(
        throws: JudgeError.rejected(
          judge: "sufficiency", status: 401, message: "\"bad key [secret judge_key]!\"")
      ) { try await made.verdict(asked("x")) }
      #expect(server.received.first?.headers[header] == prefix + value)
      #expect(server.received.first.map { !$0.body.contains(value) } ?? false)
    }
  }

  /// As long as those of services are, so that every cut of a message goes through it.
  private let long = "sk-test-" + String(repeating: "0123456789", count: 10)

  /// What is thrown for an answer, as people would read it.
  private func said(_ behaviour: LoopbackServer.Behaviour, key: String) async throws -> String {
    let server = try server(behaviour)
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.secret = try Secret(name: "judge_key", value: key, variable: "JUDGE_KEY")
    let made = judge.made()
    do {
      return try await made.verdict(asked("x")).explanation
    } catch {
      return "\(error)"
    }
  }

  @Test("no part of a long key is left where a message is cut, whatever the answer is")
  func longKeys() async throws {
    let complaint = "Incorrect API key provided: \(long). You can find yours elsewhere."
    let refusal = #"{"choices": [{"message": {"content": null, "refusal": "\#(complaint)"}}]}"#
    for behaviour in [
      .answer(status: 401, body: #"{"error": {"message": "\#(complaint)"}}"#),
      .answer(status: 503, body: #"{"detail": "\#(complaint)"}"#),
      .answer(status: 502, body: "<html>" + String(repeating: " ", count: 60) + complaint),
      .answer(body: complaint), .answer(body: refusal),
      .answer(body: try completion(complaint)),
      .answer(body: try completion("\(complaint)\n<judgement>Yes</judgement>")),
      .answer(body: try completion("<judgement>\(complaint)</judgement>")),
    ] as [LoopbackServer.Behaviour] {
      let text = try await said(behaviour, key: long)
      #expect(!text.contains("0123456789"), "\(text)")
    }
  }

  @Test("a key that JSON escapes is redacted as well")
  func escaped() async throws {
    let text = try await said(
      .answer(status: 401, body: #"{"error": {"message": "bad key sk\/ab\u002bcd!"}}"#),
      key: "sk/ab+cd")
    #expect(text.contains("bad key [secret judge_key]!"))
  }

  @Test("a key of a few letters does not break the answers that happen to hold it")
  func short() async throws {
    let text = try await said(
      .answer(body: completion("It is so.\n<judgement>Yes</judgement>")), key: "choices")
    #expect(text == "It is so.")
  }

  @Test("an answer that repeats the key is redacted before it is kept")
  func answer() async throws {
    let server = try server(
      .answer(body: completion("The key is \(value).\n<judgement>Yes</judgement>")))
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.secret = try Secret(name: "judge_key", value: value, variable: "JUDGE_KEY")
    let verdict = try await judge.made().verdict(asked("x"))
    #expect(verdict.explanation == "The key is [secret judge_key].")
  }
}
