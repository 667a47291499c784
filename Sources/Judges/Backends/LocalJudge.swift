import RecipeLanguage

/// A model in a folder, run by this program beside the policy.
enum LocalJudge {
  static let schema = KindSchema(
    "local", summary: "a model in a folder, run by this program beside the policy",
    fields: [
      .required(
        "model", .path(), "a folder with Hugging Face files, of Qwen2.5-VL, Qwen2 or Qwen2.5"),
      .optional(
        "frozen_weights", .choice(["f32", "bf16"]), default: "f32",
        "how its matrices are kept: `bf16` halves their memory and rounds them"
      ).affects(.numerics),
    ]
      + RemoteJudgeFields.asked.map {
        $0.name == RemoteJudgeFields.sampling.name
          ? sampling(longest: "512 tok", "how its answer is drawn") : $0
      },
    traits: [.remote], codes: [VerdictForm.code], check: VerdictForm.check)

  /// Whoever wants other answers changes the seed: the same question is never drawn twice.
  static func sampling(longest: String, _ summary: String) -> FieldSchema {
    RemoteJudgeFields.sampling(
      longest: longest, summary,
      seed: .optional(
        "seed", .seed, default: "0", "another one draws other answers; each question has its own"))
  }
}
