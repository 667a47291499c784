import Foundation
import RecipeLanguage
import Rewards
import TestSupport
import Testing

@testable import Judges

/// Questions about media between tape and server.
@Suite struct PictureReplayTests {
  private func judge(
    _ url: String, tape: URL, isReplay: Bool = false, template: String = seeingPrompt
  ) throws -> TestJudge {
    var test = TestJudge(url: url)
    test.template = template
    test.tape = try JudgeTape(at: tape, isReplay: isReplay)
    test.isOffline = isReplay
    return test
  }

  /// Says Yes to red alone.
  private func redServer() throws -> LoopbackServer {
    let red = try StillLife.red.jpegData().base64EncodedString()
    return try LoopbackServer { request in
      let says = request.body.contains(red) ? "Yes" : "No"
      return .answer(body: (try? completion("<judgement>\(says)</judgement>")) ?? "")
    }
  }

  private static let gone = StillLife(MediaFailure("cannot open 'a.mp4'", isMissing: true))
  private static let broken = StillLife(MediaFailure("'a.mp4' does not decode", isMissing: false))

  @Test("a replay needs neither network nor video, and has the same verdict under the same key")
  func replay() async throws {
    let server = try redServer()
    try await withAsyncTemporaryDirectory { folder in
      let path = folder.appendingPathComponent("judges.sqlite")
      let video = StillLife(StillLife.video)
      var other = StillLife(StillLife.still)
      other.name = "b.png"
      let test = try judge(server.url, tape: path)
      let made = test.made()
      #expect(try await made.verdict(asked(seeing: video)).label == "Yes")
      #expect(try await made.verdict(asked(seeing: other)).label == "No")
      // The same pictures under another name are the same question.
      var moved = video
      moved.name = "moved/a.mp4, 2 frames"
      #expect(try await made.verdict(asked(seeing: moved)).label == "Yes")
      #expect(server.received.count == 2)
      server.stop()

      let offline = try judge("http://127.0.0.1:9", tape: path, isReplay: true)
      let replayed = offline.made()
      for media in [video, Self.gone] {
        #expect(try await replayed.verdict(asked(seeing: media)).label == "Yes")
      }
      #expect(offline.telemetry.current.replayed == 2 && offline.telemetry.current.asked == 0)
      // The tape keeps digests, and no pictures.
      let answers = try replayed.taped()
      #expect(
        Set(answers.compactMap { $0.shown.first { $0.path == "item.media" }?.text })
          == ["5e11", "b1ue"])
      let shown = try #require(answers.first { $0.verdict.label == "No" })
      #expect(try replayed.media(shownIn: shown) == "b.png")

      var unknown = Self.gone
      unknown.name = "c.mp4, 2 frames"
      await #expect(
        throws: JudgeError.media(judge: "sufficiency", message: "cannot open 'a.mp4'")
      ) { try await replayed.verdict(asked(seeing: unknown)) }
    }
  }

  @Test("keys are those of the digest, and questions of text alone keep theirs")
  func keys() throws {
    func key(_ fields: [JudgeRequest.Field]) throws -> String {
      try JudgePrompt(
        judge: "j", model: "m", template: Template("{item.problem}"),
        sampling: JudgeSampling(temperature: 0, maximumNewTokens: 8), verdict: yesOrNo
      ).question(JudgeRequest(judge: "j", fields: fields)).key
    }
    let problem = JudgeRequest.Field(path: "item.problem", text: "why")
    // Computed by hand: SHA-256 over the parts of version 1, each after its length.
    let parts = [
      "sousvide judge 1", "m", "{item.problem}", "temperature 0.0 tokens 8 seed none",
      yesOrNo.canonicalText, "item.problem 3\nwhy\n",
    ]
    #expect(
      try key([problem])
        == ContentDigest.sha256(parts.map { "\($0.utf8.count)\n\($0)\n" }.joined()))
    let digests = ["5e11", "b1ue", ""].map { JudgeRequest.Field(path: "item.media", text: $0) }
    #expect(Set(try digests.map { try key([problem, $0]) }).count == 3)
  }

  @Test("media of no use are a failure with its own cause, and nobody is asked")
  func undecodable() async throws {
    let server = try redServer()
    defer { server.stop() }
    try await withAsyncTemporaryDirectory { folder in
      let test = try judge(server.url, tape: folder.appendingPathComponent("judges.sqlite"))
      let judge = test.made()
      let found = await failure { try await judge.verdict(asked(seeing: Self.broken)) }
      #expect(found == JudgeFailure(.media, "'a.mp4' does not decode", isFinal: true))
      #expect(test.telemetry.current.failures["media"] == 1)
      // A file that is not there ends the command: it may come back.
      await #expect(
        throws: JudgeError.media(judge: "sufficiency", message: "cannot open 'a.mp4'")
      ) { try await judge.verdict(asked(seeing: Self.gone)) }
      #expect(server.received.isEmpty)
    }
  }

  @Test("what the judge saw is compared with people by its digest, from the tape alone")
  func labelled() async throws {
    let server = try redServer()
    defer { server.stop() }
    try await withAsyncTemporaryDirectory { folder in
      let test = try judge(server.url, tape: folder.appendingPathComponent("judges.sqlite"))
      let judge = test.made()
      _ = try await judge.verdict(asked(seeing: StillLife(StillLife.video)))
      func labelled(_ digest: String) -> JudgeRequest {
        JudgeRequest(
          judge: "sufficiency",
          fields: asked(seeing: nil).fields.map {
            $0.path == "item.media" ? .init(path: $0.path, text: digest) : $0
          })
      }
      #expect(try await judge.verdict(labelled("5e11")).label == "Yes")
      let unseen = await failure { try await judge.verdict(labelled("b1ue")) }
      #expect(unseen?.cause == .media)
    }
  }

  @Test("a generator sees the media of its item, and writes nothing where they are of no use")
  func generator() async throws {
    let red = try StillLife.red.jpegData().base64EncodedString()
    let server = try LoopbackServer { request in
      .answer(body: (try? completion(request.body.contains(red) ? "red" : "nothing")) ?? "")
    }
    defer { server.stop() }
    var test = TestJudge(url: server.url)
    test.template = "{item.media} {item.problem}"
    test.verdict = VerdictReader(tag: "", values: .text, isStructured: false)
    let made = test.made()
    let writer = ModelGenerator(
      name: "teacher", shows: made.prompt.template.holes.map(\.source), model: made)
    var item = DataRecord(
      problemID: "1", problem: "which?", answer: "red", path: "a.mp4", problemType: "free-form")
    #expect(
      try await writer.trace(TraceRequest(item: item, media: StillLife(StillLife.video))) == "red")
    await #expect(throws: TraceFailure("media: 'a.mp4' does not decode")) {
      _ = try await writer.trace(TraceRequest(item: item, media: Self.broken))
    }
    await #expect(throws: RewardError.self) {
      _ = try await writer.trace(TraceRequest(item: item))
    }
    item.dataType = "text"
    #expect(try await writer.trace(TraceRequest(item: item)) == "nothing")
  }
}
