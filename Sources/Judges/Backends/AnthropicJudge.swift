import RecipeLanguage

/// A model behind Anthropic's Messages interface.
enum AnthropicJudge: RemoteJudgeKind {
  static let schema = KindSchema(
    "anthropic", summary: "a model behind Anthropic's Messages interface",
    fields: [
      .required("model", .string, "the dated name of a model, as `claude-3-7-sonnet-20250219`"),
      .optional(
        "base_url", .string, default: "\"https://api.anthropic.com\"", "where the server is"),
      .required("auth", .secret, "the key, as `secrets.<name>`").affects(.display),
    ] + RemoteJudgeFields.asked + RemoteJudgeFields.manners,
    traits: [.remote], codes: [VerdictForm.code], check: VerdictForm.check)

  static func backend(_ address: JudgeAddress) -> any ChatBackend { AnthropicBackend() }
}
