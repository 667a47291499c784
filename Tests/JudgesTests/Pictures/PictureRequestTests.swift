import RecipeLanguage
import Rewards
import TestSupport
import Testing
import VideoInput

@testable import Judges

/// Questions with pictures, as each service wants them.
@Suite struct PictureRequestTests {
  private func request(_ user: [ChatPart]) -> ChatRequest {
    ChatRequest(
      model: "judge-20250219", system: nil, user: user,
      sampling: JudgeSampling(temperature: 0, maximumNewTokens: 256), structure: nil)
  }

  private func body(_ text: String) throws -> JSONValue { try JSONText.parse(Array(text.utf8)) }

  private func base64(_ frame: Frame) throws -> String {
    try frame.jpegData().base64EncodedString()
  }

  @Test("Anthropic is sent blocks: every frame as a picture after its time")
  func anthropic() throws {
    let video = request([.text("Look."), .media(StillLife.video), .text("\nWhat is it?")])
    #expect(
      try AnthropicBackend().body(video)
        == body(
          """
          {"model": "judge-20250219", "max_tokens": 256, "temperature": 0, "messages": [
            {"role": "user", "content": [
              {"type": "text", "text": "Look."},
              {"type": "text", "text": "0.0 s"},
              {"type": "image", "source": {
                "type": "base64", "media_type": "image/jpeg", "data": "\(base64(StillLife.red))"}},
              {"type": "text", "text": "1.5 s"},
              {"type": "image", "source": {
                "type": "base64", "media_type": "image/jpeg", "data": "\(base64(StillLife.blue))"}},
              {"type": "text", "text": "\\nWhat is it?"}]}]}
          """))
  }

  @Test("others are sent addresses that hold the picture")
  func openAI() throws {
    let still = request([.media(StillLife.still), .text("What is it?")])
    #expect(
      try OpenAIBackend(isOpenAI: false).body(still)
        == body(
          """
          {"model": "judge-20250219", "max_tokens": 256, "temperature": 0, "messages": [
            {"role": "user", "content": [
              {"type": "image_url",
               "image_url": {"url": "data:image/jpeg;base64,\(base64(StillLife.blue))"}},
              {"type": "text", "text": "What is it?"}]}]}
          """))
  }

  @Test("blanks between pictures are left out, and a question of text alone stays a text")
  func blanks() throws {
    let blocks = try ChatBlock.blocks([.text(" \n"), .media(StillLife.still), .text("\n")])
    #expect(blocks == [.picture(try base64(StillLife.blue))])
    #expect(try request([.text("a"), .text("b")]).content { _ in .null } == .string("ab"))
  }

  @Test("times have one decimal", arguments: [(0, "0.0 s"), (1.25, "1.3 s"), (9.96, "10.0 s")])
  func times(_ seconds: Double, _ text: String) {
    #expect(ChatBlock.time(seconds) == text)
  }

  @Test("pictures count a token for 750 of their pixels, and not their base 64")
  func estimate() throws {
    let video = request([.media(StillLife.video), .text("What is it?")])
    #expect(video.pictureTokens == 2 * 3)
    #expect(video.withoutPictures.user == [.text("What is it?")])
    #expect(request([.text("What is it?")]).pictureTokens == 0)
  }

  @Test("media stand where the prompt has them, and nothing stands there for an item without")
  func place() throws {
    let prompt = JudgePrompt(
      judge: "j", model: "m", template: Template("See {item.media} and {item.problem}"),
      sampling: JudgeSampling(temperature: 0, maximumNewTokens: 8), verdict: yesOrNo)
    let fields = [
      JudgeRequest.Field(path: "item.media", text: "d"),
      JudgeRequest.Field(path: "item.problem", text: "why"),
    ]
    let question = try prompt.question(JudgeRequest(judge: "j", fields: fields))
    #expect(
      question.user(showing: StillLife.video)
        == [.text("See "), .media(StillLife.video), .text(" and why")])
    #expect(question.user(showing: nil) == [.text("See  and why")])
    #expect(question.user == "See  and why")
  }

  @Test("what is asked of a server without a count of its own is paid as estimated")
  func spending() async throws {
    let server = try server(
      .answer(
        body: #"{"choices": [{"message": {"content": "<judgement>Yes</judgement>"}}]}"#))
    defer { server.stop() }
    var test = TestJudge(url: server.url)
    test.template = seeingPrompt
    test.price = JudgePrice(input: 1e6, output: 1e6)
    _ = try await test.made().verdict(asked(seeing: StillLife(StillLife.video)))
    let withPictures = test.purse.total
    test.purse = Purse()
    _ = try await test.made().verdict(asked(seeing: nil))
    // Two pictures, the answer's limit, and the text that is about the same.
    #expect(test.purse.total > 256)
    #expect(withPictures - test.purse.total == 6)
  }
}
