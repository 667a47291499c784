import RecipeLanguage

/// A model in a folder, run by this program beside the policy.
enum LocalJudge {
  static let schema = KindSchema(
    "local", summary: "a model in a folder, run beside the policy",
    fields: [.required("model", .path(), "a folder with Hugging Face files")]
      + RemoteJudgeFields.asked,
    traits: [.remote], missing: "local judges", codes: [VerdictForm.code], check: VerdictForm.check)
}
