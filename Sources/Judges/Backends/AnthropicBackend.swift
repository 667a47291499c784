import Rewards

/// Anthropic's Messages interface, version 2023-06-01. An object is asked for as the input of the
/// only tool there is.
struct AnthropicBackend: ChatBackend {
  static let version = "2023-06-01"
  static let tool = "give_verdict"

  let path = "/v1/messages"

  func headers(_ secret: Secret?) -> [(name: String, value: String)] {
    [("anthropic-version", Self.version)] + (secret.map { [("x-api-key", $0.headerValue)] } ?? [])
  }

  func body(_ request: ChatRequest) throws -> JSONValue {
    let content = try request.content { picture in
      .object([
        "type": .string("image"),
        "source": .object([
          "type": .string("base64"), "media_type": .string(ChatBlock.mediaType),
          "data": .string(picture),
        ]),
      ])
    }
    var body: [String: JSONValue] = [
      "model": .string(request.model),
      "max_tokens": .number(Double(request.sampling.maximumNewTokens)),
      "temperature": .number(request.sampling.temperature),
      "messages": .array([
        .object(["role": .string("user"), "content": content])
      ]),
    ]
    if let system = request.system { body["system"] = .string(system) }
    if let structure = request.structure {
      body["tools"] = .array([
        .object([
          "name": .string(Self.tool), "description": .string("Takes down the verdict."),
          "input_schema": structure.jsonSchema,
        ])
      ])
      body["tool_choice"] = .object(["type": .string("tool"), "name": .string(Self.tool)])
    }
    return .object(body)
  }

  func reply(_ body: JSONValue) throws(JudgeFailure) -> ChatReply {
    guard let content = body["content"]?.arrayValue, let stop = body["stop_reason"]?.stringValue
    else { throw JudgeFailure(.parse, "the server's answer is no message") }
    guard stop != "refusal" else { throw JudgeFailure(.refusal, "the model refuses to answer") }
    let usage = TokenUsage(
      input: count(body["usage"], "input_tokens")
        + count(body["usage"], "cache_creation_input_tokens")
        + count(body["usage"], "cache_read_input_tokens"),
      output: count(body["usage"], "output_tokens"))
    let used = content.first { $0["type"] == .string("tool_use") }
    if let input = used?["input"], let text = try? JSONText.write(input) {
      return ChatReply(text: text, usage: usage, isTruncated: stop == "max_tokens")
    }
    let texts = content.compactMap { $0["type"] == .string("text") ? $0["text"]?.stringValue : nil }
    return ChatReply(
      text: texts.joined(separator: "\n"), usage: usage, isTruncated: stop == "max_tokens")
  }
}
