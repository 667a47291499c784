import Rewards

/// The chat completions interface that OpenAI, vLLM, SGLang, Ollama and llama.cpp share. An object is
/// asked for by its JSON Schema.
struct OpenAIBackend: ChatBackend {
  /// OpenAI itself has another name for the limit on new tokens than everybody else.
  let isOpenAI: Bool

  let path = "/chat/completions"

  func headers(_ secret: Secret?) -> [(name: String, value: String)] {
    secret.map { [("authorization", "Bearer \($0.headerValue)")] } ?? []
  }

  func body(_ request: ChatRequest) throws -> JSONValue {
    let content = try request.content { picture in
      .object([
        "type": .string("image_url"),
        "image_url": .object(["url": .string("data:\(ChatBlock.mediaType);base64,\(picture)")]),
      ])
    }
    let system = request.system.map {
      [JSONValue.object(["role": .string("system"), "content": .string($0)])]
    }
    let user = JSONValue.object(["role": .string("user"), "content": content])
    var body: [String: JSONValue] = [
      "model": .string(request.model),
      "temperature": .number(request.sampling.temperature),
      "messages": .array((system ?? []) + [user]),
    ]
    body[isOpenAI ? "max_completion_tokens" : "max_tokens"] = .number(
      Double(request.sampling.maximumNewTokens))
    if let seed = request.sampling.seed { body["seed"] = .number(Double(seed)) }
    if let structure = request.structure {
      body["response_format"] = .object([
        "type": .string("json_schema"),
        "json_schema": .object([
          "name": .string("verdict"), "strict": .bool(true), "schema": structure.jsonSchema,
        ]),
      ])
    }
    return .object(body)
  }

  func reply(_ body: JSONValue) throws(JudgeFailure) -> ChatReply {
    guard let choice = body["choices"]?.arrayValue?.first, let message = choice["message"] else {
      throw JudgeFailure(.parse, "the server's answer has no message")
    }
    let stop = choice["finish_reason"]?.stringValue
    if let refusal = message["refusal"]?.stringValue, !refusal.isEmpty {
      throw JudgeFailure(.refusal, VerdictReader.excerpt(refusal))
    }
    guard stop != "content_filter" else {
      throw JudgeFailure(.refusal, "the service's filter holds the answer back")
    }
    guard let text = message["content"]?.stringValue else {
      throw JudgeFailure(.parse, "the server's message has no text")
    }
    return ChatReply(
      text: text,
      usage: TokenUsage(
        input: count(body["usage"], "prompt_tokens"),
        output: count(body["usage"], "completion_tokens")),
      isTruncated: stop == "length")
  }
}
