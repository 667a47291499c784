import Foundation
import RecipeLanguage

/// Files and folders that a recipe names and a run needs. Checking does without them.
public enum MissingFiles {
  public static let code = DiagnosticCode(
    5752, "missing-data", "A file or folder that a run needs is not there.",
    Explanation(
      why: """
        A recipe may be checked and planned where its model and data are not: the checks that would \
        read them are skipped, and say so. A run needs them, and would otherwise stop at the stage \
        that reads them, after those before have been paid for. Paths start from the folder of the \
        recipe that names them.
        """))

  /// An error for each one that is not there.
  public static func find(in recipe: CheckedRecipe) -> [Diagnostic] {
    let model = [recipe.root.optionalRecord("model")].compactMap { $0 }
    let retrieval = [recipe.root.optionalRecord("retrieval")].compactMap { $0 }
    let roots = recipe.data.compactMap { $0.optionalRecord("media_roots") }
    return (model + recipe.data + roots + retrieval).flatMap { entry in
      entry.keys.compactMap { missing($0, of: entry) }
    }
  }

  /// An error for a setting that names what is not there.
  static func missing(_ key: String, of entry: Record) -> Diagnostic? {
    guard case .file(let written, let resolved) = entry.optionalPath(key),
      !FileManager.default.fileExists(atPath: resolved)
    else { return nil }
    return Diagnostic(
      code, "`\(written)` does not exist", at: entry.span(of: key),
      notes: ["looked for \(resolved)"],
      help: "paths start from the folder of the recipe that names them",
      path: "\(entry.path).\(key)")
  }
}
