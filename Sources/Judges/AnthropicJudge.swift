import RecipeLanguage

/// A model behind Anthropic's Messages interface.
enum AnthropicJudge {
  static let schema = KindSchema(
    "anthropic", summary: "a model behind Anthropic's Messages interface",
    fields: [
      .required("model", .string, "the dated name of a model, as `claude-3-7-sonnet-20250219`"),
      .optional(
        "base_url", .string, default: "\"https://api.anthropic.com\"", "where the server is"),
      .required("auth", .secret, "the key, as `secrets.<name>`").affects(.display),
    ] + RemoteJudgeFields.asked + [RemoteJudgeFields.limits, RemoteJudgeFields.price],
    traits: [.remote], missing: "remote judges", codes: [VerdictForm.code], check: VerdictForm.check
  )
}
