import Foundation
import Rewards
import TestSupport
import Testing

@testable import Judges

/// A model that writes responses over HTTP.
@Suite struct ModelGeneratorTests {
  private static let item = DataRecord(
    problemID: "1", problem: "which way does it move ?", answer: "left", path: "a.mp4",
    problemType: "multiple choice")

  private func generator(
    _ url: String, _ template: String, tape: JudgeTape? = nil, isOffline: Bool = false
  ) -> ModelGenerator {
    var judge = TestJudge(url: url)
    judge.verdict = VerdictReader(tag: "", values: .text, isStructured: false)
    judge.template = template
    judge.tape = tape
    judge.isOffline = isOffline
    let made = judge.made()
    return ModelGenerator(
      name: "teacher", shows: made.prompt.template.holes.map(\.source), model: made)
  }

  @Test("what the model writes is the response, asked with the columns of the prompt")
  func wholeAnswer() async throws {
    let server = try LoopbackServer { request in
      #expect(userText(request) == "which way does it move ? It is left.")
      return .answer(
        body: (try? completion("\n<think> so </think> <answer> left </answer>\n")) ?? "")
    }
    let text = try await generator(server.url, "{item.problem} It is {item.answer}.").trace(
      TraceRequest(item: Self.item))
    #expect(text == "<think> so </think> <answer> left </answer>")
  }

  @Test("a further attempt is asked anew, and the tape repeats both offline")
  func attempts() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let path = folder.appendingPathComponent("judges.sqlite")
      let counter = Announcements()
      let server = try LoopbackServer { _ in
        counter.add("asked")
        return .answer(body: (try? completion("answer \(counter.all.count)")) ?? "")
      }
      let writer = generator(server.url, "{item.problem}", tape: try JudgeTape(at: path))
      #expect(try await writer.trace(TraceRequest(item: Self.item)) == "answer 1")
      #expect(try await writer.trace(TraceRequest(item: Self.item)) == "answer 1")
      #expect(try await writer.trace(TraceRequest(item: Self.item, attempt: 2)) == "answer 2")
      let offline = generator(
        "http://127.0.0.1:9", "{item.problem}", tape: try JudgeTape(at: path), isOffline: true)
      #expect(try await offline.trace(TraceRequest(item: Self.item)) == "answer 1")
      #expect(try await offline.trace(TraceRequest(item: Self.item, attempt: 2)) == "answer 2")
    }
  }

  @Test("a prompt can show what was written before, and says so when nothing was")
  func drafts() async throws {
    let server = try LoopbackServer { request in
      .answer(body: (try? completion("[\(userText(request))]")) ?? "")
    }
    let writer = generator(server.url, "{segment.caption}")
    let parser = try SegmentParser([
      SegmentSpecification(
        name: "caption", process: "p", open: "<caption>", close: "</caption>")
    ])
    let draft = parser.parse(
      try Response(
        tokens: [0], pieces: [Array("<caption> red </caption>".utf8)], endToken: false,
        truncated: false))
    #expect(try await writer.trace(TraceRequest(item: Self.item, draft: draft)) == "[red]")
    await #expect(throws: RewardError.self) {
      _ = try await writer.trace(TraceRequest(item: Self.item))
    }
  }

  @Test("no answer is the reason why nothing was written")
  func failures() async throws {
    let empty = try server(.answer(body: try completion("  ")))
    await #expect(throws: TraceFailure("parse: the answer is empty")) {
      _ = try await generator(empty.url, "{item.problem}").trace(TraceRequest(item: Self.item))
    }
    let broken = try server(.answer(status: 500, body: "{}"))
    await #expect(throws: TraceFailure.self) {
      _ = try await generator(broken.url, "{item.problem}").trace(TraceRequest(item: Self.item))
    }
  }
}
