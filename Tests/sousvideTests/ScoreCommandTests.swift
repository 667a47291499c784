import Foundation
import TestSupport
import Testing

@testable import sousvide

/// Trying the rewards of the quick start on stored responses.
@Suite struct ScoreCommandTests {
  private static let root = Fixtures.directory.deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let recipe = root.appendingPathComponent("recipes/quickstart.yaml").path

  /// The two lines that the page on scoring shows.
  private static func example() throws -> String {
    let page = try String(
      contentsOf: root.appendingPathComponent("grammar/score.md"), encoding: .utf8)
    return try #require(
      page.components(separatedBy: "```json\n").last?.components(separatedBy: "```").first)
  }

  private func score(
    _ responses: String, _ flags: String...
  ) async throws -> (code: Int32, output: String, error: String) {
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("responses-\(UUID().uuidString).jsonl")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(responses.utf8).write(to: file)
    let recording = Recording()
    let code = await Sousvide.tool.run(
      ["score", Self.recipe, "--responses", file.path] + flags, on: recording.console())
    return (code.rawValue, recording.output, recording.error)
  }

  private struct Report: Decodable {
    struct Group: Decodable {
      struct Response: Decodable {
        struct Reward: Decodable {
          var name: String
          var value: Double?
          var because: String?
        }
        struct Credit: Decodable {
          var tokens: [Int]
          var part: String
          var advantage: Double
        }
        var tokens: Int
        var rewards: [Reward]
        var totals: [String: Double]
        var credit: [Credit]
      }
      var responses: [Response]
    }
    var schema: String
    var groups: [Group]
  }

  @Test func theExampleOfThePageIsScored() async throws {
    let (code, output, error) = try await score(try Self.example(), "--json")
    #expect(code == 0, "\(error)")
    let report = try JSONDecoder().decode(Report.self, from: Data(output.utf8))
    #expect(report.schema == "sousvide.score/1")
    let responses = try #require(report.groups.first?.responses)
    #expect(responses.count == 2)
    // Perception: format 1 both, sufficiency 1 and 0; 8 to 32 tokens of observation: neither pays
    // ("a red square moves to the left" has 7). Reasoning: accuracy 1 and 0, format 1 both.
    #expect(responses.map { $0.totals["perception"] } == [2, 1])
    #expect(responses.map { $0.totals["reasoning"] } == [2, 1])
    for (response, sign) in zip(responses, [1.0, -1.0]) {
      #expect(response.credit.first?.tokens.first == 0)
      #expect(response.credit.last?.tokens.last == response.tokens)
      for (run, next) in zip(response.credit, response.credit.dropFirst()) {
        #expect(run.tokens[1] == next.tokens[0])
      }
      // (2 - 1.5) / (0.70711 + 0.0001)
      for credit in response.credit where credit.part != "rest" {
        #expect(abs(credit.advantage - sign * 0.7070068) < 1e-6)
      }
    }
    let length = responses[1].rewards.first { $0.name == "observation_length" }
    #expect(length?.because?.contains("gate") == true)
  }

  @Test func thePersonSeesSegmentsRewardsAndCredit() async throws {
    let (code, output, _) = try await score(try Self.example())
    #expect(code == 0)
    for part in ["group 1", "perception = ", "observation", "found", "+0.707", "words"] {
      #expect(output.contains(part), "\(part)")
    }
  }

  @Test(arguments: [
    (#"{"group": 1"#, ":1: column"),
    (#"{"group": 1, "text": "a"}"#, "needs `item`"),
    (#"{"group": 1, "item": {}, "text": "a"}"#, "`item.problem`"),
    (#"{"item": {}, "text": "a"}"#, "needs `group`"),
    (#"{"group": 1, "text": "a", "token_ids": [1]}"#, "both `text` and `token_ids`"),
    (#"{"group": 1, "text": "a", "finish": "done"}"#, "`finish`"),
    (#"{"group": 1, "txt": "a"}"#, "as `text` or as `token_ids`"),
    (#"{"group": 1, "text": "a", "reward": 1}"#, "`reward`"),
    ("[]", "expected an object"),
    ("", "holds no response"),
  ])
  func badLinesAreNamed(line: String, message: String) async throws {
    let (code, output, error) = try await score(line)
    #expect(code == 1)
    #expect(output.isEmpty)
    #expect(error.contains(".jsonl") && error.contains(message), "\(error)")
  }

  @Test func anUnknownKeyIsNamed() async throws {
    let item = #"{"problem": "p", "answer": "a", "problem_type": "free-form"}"#
    let (code, _, error) = try await score(
      #"{"group": 1, "item": \#(item), "text": "a", "reward": 1}"#)
    #expect(code == 1)
    #expect(error.contains("`reward`"))
  }

  @Test func tokensNeedTheirTokenizer() async throws {
    let item = #"{"problem": "p", "answer": "a", "problem_type": "free-form"}"#
    let (code, _, error) = try await score(
      #"{"group": 1, "item": \#(item), "token_ids": [1, 2]}"#)
    #expect(code == 1)
    #expect(error.contains("tokenizer"))
  }

  @Test func theStageMustSampleResponses() async throws {
    let (code, _, error) = try await score(try Self.example(), "--stage", "cold_start")
    #expect(code == 1)
    #expect(error.contains("`cold_start`") && error.contains("rl"))
  }
}
