import Foundation
import Models
import RecipeLanguage

/// The folders of models besides the policy, which this program runs itself.
public enum LocalModelFiles {
  static let unusable = DiagnosticCode(
    5958, "unusable-model", "The folder of a judge's or a generator's model cannot be used.",
    Explanation(
      why: """
        A judge or a generator of `api: local` is a model that this program runs: Qwen2.5-VL, Qwen2 or \
        Qwen2.5 as Hugging Face files, with a tokenizer that knows the chat format. Another architecture, \
        or a folder that is not complete, would stop the run when the first question is asked. So `run` \
        opens the folder before anything starts, without reading the weights.
        """))

  /// An error for each model that is not there, or is none that this program can run.
  ///
  /// - Parameter entries: judges and generators, whoever answers for them.
  public static func problems(of entries: [Record]) -> [Diagnostic] {
    entries.compactMap { entry in
      guard let model = LocalModelSpecification(entry) else { return nil }
      if let missing = MissingFiles.missing("model", of: entry) { return missing }
      do {
        try ChatModel.check(URL(fileURLWithPath: model.folder))
        return nil
      } catch {
        return Diagnostic(
          unusable, "`\(entry.name)` cannot be run: \(error)", at: entry.span(of: "model"),
          help: "name a folder with Hugging Face files of Qwen2.5-VL, Qwen2 or Qwen2.5",
          path: "\(entry.path).model")
      }
    }
  }
}
