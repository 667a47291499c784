import Foundation

/// The front door: text in, checked recipe or diagnostics out. All errors come at once.
public enum RecipeChecker {
  /// Checks a recipe file and everything it extends.
  public static func check(file: URL, vocabulary: Vocabulary) -> CheckResult {
    check(path: file.isFileURL ? file.relativePath : file.absoluteString, vocabulary: vocabulary)
  }

  /// - Parameter path: as the user named the file; diagnostics print it so.
  public static func check(path: String, vocabulary: Vocabulary) -> CheckResult {
    do {
      return check(try SourceFile.read(path), vocabulary)
    } catch {
      return CheckResult(recipe: nil, diagnostics: [error], files: [])
    }
  }

  /// Checks text that is in no file; relative paths in it are relative to `path`.
  public static func check(
    text: String, path: String = "recipe.yaml", vocabulary: Vocabulary
  ) -> CheckResult {
    check(SourceFile(path: path, text: text), vocabulary)
  }

  private static func check(_ file: SourceFile, _ vocabulary: Vocabulary) -> CheckResult {
    let fields = RecipeSchema.fields(vocabulary)
    var composition = Composition(schema: fields)
    let tree = composition.compose(file)
    var diagnostics = composition.diagnostics
    var checked: Record?
    if let tree {
      var decoder = Decoder(root: tree, files: composition.files)
      let root = decoder.recipe(fields)
      let names = decoder.names
      diagnostics += decoder.diagnostics
      diagnostics += RecipeRules.errors(root, names)
      diagnostics += decoder.kindChecks.flatMap { kind, record in
        kind.check?(record, CheckContext(name: record.name, path: record.path, root: root)) ?? []
      }
      if !diagnostics.contains(where: { $0.severity == .error }) {
        diagnostics += RecipeRules.unused(names, used: decoder.used)
      }
      checked = root
    }
    let result = sorted(diagnostics, files: composition.files)
    let hasErrors = result.contains { $0.severity == .error }
    let recipe = checked.flatMap { root in
      hasErrors ? nil : CheckedRecipe(file: file, files: composition.files, root: root)
    }
    return CheckResult(recipe: recipe, diagnostics: result, files: composition.files)
  }

  private static func sorted(_ diagnostics: [Diagnostic], files: [SourceFile]) -> [Diagnostic] {
    let order = Dictionary(
      files.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
    func place(_ diagnostic: Diagnostic) -> (Int, Int) {
      (order[diagnostic.span.path] ?? files.count, diagnostic.span.bytes.lowerBound)
    }
    return diagnostics.enumerated().sorted { a, b in
      let (left, right) = (place(a.element), place(b.element))
      return left == right ? a.offset < b.offset : left < right
    }.map(\.element)
  }
}
