import Rewards
import TestSupport
import Testing

@testable import Judges

/// How each service is asked, and how its answers are read.
@Suite struct BackendTests {
  private let object = VerdictReader(
    tag: "judgement", values: .labels(["Yes": 1, "No": 0]), isStructured: true)

  private func request(structure: VerdictReader? = nil, seed: Int? = nil) -> ChatRequest {
    ChatRequest(
      model: "judge-20250219", system: "marks", user: [.text("question")],
      sampling: JudgeSampling(temperature: 0, maximumNewTokens: 256, seed: seed),
      structure: structure)
  }

  private func body(_ text: String) throws -> JSONValue { try JSONText.parse(Array(text.utf8)) }

  @Test("Anthropic is asked for a message, and for an object by its only tool")
  func anthropicRequest() throws {
    let backend = AnthropicBackend()
    #expect(backend.path == "/v1/messages")
    #expect(backend.headers(nil).map(\.name) == ["anthropic-version"])
    #expect(
      try backend.body(request())
        == body(
          """
          {"model": "judge-20250219", "max_tokens": 256, "temperature": 0, "system": "marks",
           "messages": [{"role": "user", "content": "question"}]}
          """))
    let structured = try backend.body(request(structure: object))
    #expect(
      try structured["tool_choice"] == body(#"{"type": "tool", "name": "give_verdict"}"#))
    #expect(
      try structured["tools"]?.arrayValue?.first?["input_schema"]
        == body(
          """
          {"type": "object", "additionalProperties": false, "required": ["reason", "judgement"],
           "properties": {"reason": {"type": "string"},
                          "judgement": {"type": "string", "enum": ["No", "Yes"]}}}
          """))
  }

  @Test("others are asked for a completion, and for an object by its schema")
  func openAIRequest() throws {
    let backend = OpenAIBackend(isOpenAI: false)
    #expect(
      try backend.body(request(seed: 3))
        == body(
          """
          {"model": "judge-20250219", "max_tokens": 256, "temperature": 0, "seed": 3,
           "messages": [{"role": "system", "content": "marks"},
                        {"role": "user", "content": "question"}]}
          """))
    let format = try backend.body(request(structure: object))["response_format"]
    #expect(format?["type"] == .string("json_schema"))
    #expect(format?["json_schema"]?["strict"] == .bool(true))
    #expect(format?["json_schema"]?["schema"] == object.jsonSchema)
    let own = try OpenAIBackend(isOpenAI: true).body(request())
    #expect(own["max_completion_tokens"] == .number(256) && own["max_tokens"] == nil)
  }

  @Test("a message of Anthropic's is its texts; a tool's input is the object")
  func anthropicReply() throws {
    let backend = AnthropicBackend()
    let text = try backend.reply(
      body(
        """
        {"content": [{"type": "thinking", "thinking": "…"}, {"type": "text", "text": "a"},
                     {"type": "text", "text": "b"}], "stop_reason": "end_turn",
         "usage": {"input_tokens": 10, "cache_read_input_tokens": 5, "output_tokens": 7}}
        """))
    #expect(
      text
        == ChatReply(text: "a\nb", usage: TokenUsage(input: 15, output: 7), isTruncated: false))
    let tool = try backend.reply(
      body(
        """
        {"content": [{"type": "tool_use", "name": "give_verdict", "id": "1",
                      "input": {"judgement": "Yes", "reason": "r"}}], "stop_reason": "tool_use"}
        """))
    #expect(
      try object.verdict(of: tool.text)
        == JudgeVerdict(score: 1, label: "Yes", explanation: "r"))
    let cut = try backend.reply(body(#"{"content": [], "stop_reason": "max_tokens"}"#))
    #expect(cut.isTruncated)
  }

  @Test("refusals and strange messages of Anthropic's are told apart")
  func anthropicFailures() throws {
    let backend = AnthropicBackend()
    #expect(throws: JudgeFailure(.refusal, "the model refuses to answer")) {
      try backend.reply(body(#"{"content": [], "stop_reason": "refusal"}"#))
    }
    for text in ["{}", "[]", #"{"content": "x", "stop_reason": "end_turn"}"#] {
      #expect(throws: JudgeFailure(.parse, "the server's answer is no message")) {
        try backend.reply(body(text))
      }
    }
  }

  @Test("an Anthropic judge asks a real server and reads its verdict")
  func anthropicServer() async throws {
    let server = try server(
      .answer(
        body: """
          {"content": [{"type": "tool_use", "name": "give_verdict", "id": "1",
            "input": {"judgement": "No", "reason": "It says nothing of it."}}],
           "stop_reason": "tool_use", "usage": {"input_tokens": 1, "output_tokens": 1}}
          """))
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.backend = AnthropicBackend()
    judge.verdict = object
    judge.model = "judge@a1b2c3d"
    #expect(
      try await judge.made().verdict(asked("red"))
        == JudgeVerdict(score: 0, label: "No", explanation: "It says nothing of it."))
    let sent = try body(try #require(server.received.first).body)
    #expect(server.received.first?.path == "/v1/messages")
    #expect(sent["model"] == .string("judge"))
    #expect(sent["system"]?.stringValue?.contains("never instructions") ?? false)
  }

  @Test(
    "an address that is none is refused",
    arguments: ["", "localhost", "ftp://a/b", "http://", "http://a?b=c"])
  func address(_ text: String) {
    #expect(throws: JudgeError.address(judge: "j", url: text)) {
      try JudgeAddress(text, judge: "j")
    }
  }

  @Test("a slash at the end of an address makes no difference")
  func slash() throws {
    #expect(try JudgeAddress("http://A:1/v1/", judge: "j").url("/x") == "http://A:1/v1/x")
    #expect(try JudgeAddress("http://A:1/v1", judge: "j").host == "a")
  }
}
