import RecipeLanguage

/// A model behind the chat interface that vLLM, SGLang, llama.cpp, Ollama and most services speak.
enum OpenAICompatibleJudge: RemoteJudgeKind {
  static let schema = KindSchema(
    "openai-compatible", summary: "a model behind an OpenAI-compatible chat interface",
    fields: [
      .required(
        "model", .string,
        "the dated name of a model, or a name with its revision, which is for readers and not sent: "
          + "`name@a1b2c3d`"),
      .required("base_url", .string, "where the server is, as `http://localhost:8000/v1`"),
      RemoteJudgeFields.auth,
    ] + RemoteJudgeFields.asked + RemoteJudgeFields.manners,
    traits: [.remote], codes: [VerdictForm.code], check: VerdictForm.check)

  static func backend(_ address: JudgeAddress) -> any ChatBackend {
    OpenAIBackend(isOpenAI: address.host == "api.openai.com")
  }
}
