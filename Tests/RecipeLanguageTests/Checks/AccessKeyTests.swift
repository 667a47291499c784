import Testing

@testable import RecipeLanguage

struct AccessKeyTests {
  // Put together here, so that nobody takes them for real ones.
  private static let random = "Zq3vT8mWx2Ld9KpR4nYb7Hs1Qe6U"

  @Test(arguments: ["sk-", "ghp_", "hf_", "AKIA", "xoxb-", ""])
  func keysAreSeenInTheMiddleOfText(_ prefix: String) {
    let key = prefix + Self.random + (prefix.isEmpty ? "c5" : "")
    let text = "use \(prefix.isEmpty ? key + "J0g7" : key) here"
    #expect(AccessKey.ranges(in: text).count == 1, "\(prefix)")
  }

  @Test(
    arguments: [
      "arXiv:2511.11113", "claude-3-7-sonnet-20250219", "data/videop2r_263k_rl.json",
      "sha256-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "models/Qwen2.5-VL-7B-Instruct-GPTQ-Int4-Group128-ActOrder-Symmetric",
      "sk-learn-compatible-estimators", "hf_transfer_enabled_for_downloads",
      "ProcessAwareGroupRelativePolicyOptimizationOfObservationAndReasoning",
      "b9f4c1de-4f6a-4a53-9a44-2f6bd0b6f0aa",
    ])
  func otherLongWordsAreNot(_ text: String) {
    #expect(AccessKey.ranges(in: text) == [])
  }

  @Test func aKeyIsNeverRepeated() {
    let key = "ghp_" + Self.random
    let result = RecipeChecker.check(
      text: RecipeExample.judged(auth: key).text, vocabulary: TestVocabulary.all)
    #expect(result.diagnostics.contains { $0.code == .literalKey })
    for found in result.diagnostics {
      let text = ([found.message, found.help ?? ""] + found.notes).joined()
      #expect(!text.contains(key))
    }
  }

  @Test func namesOfModelsArePinnedByDatesAndRevisions() {
    for name in ["claude-3-7-sonnet-20250219", "gpt-4o-2024-08-06", "Qwen/Qwen2.5-7B@a1b2c3d"] {
      #expect(ModelName.isPinned(name), "\(name)")
    }
    for name in ["claude-3-7-sonnet-latest", "gpt-4o", "Qwen/Qwen2.5-7B-Instruct", "judge@main"] {
      #expect(!ModelName.isPinned(name), "\(name)")
    }
  }
}
