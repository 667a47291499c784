import Synchronization

/// Mends a recipe and the files it extends: fixes, checks again, and so on while something changes.
public enum RecipeFixer {
  public struct Outcome: Sendable {
    /// Of the mended recipe.
    public var result: CheckResult
    /// The files that differ from what was read; nothing has been written yet.
    public var changed: [SourceFile]
    /// In the order it was done.
    public var applied: [FixApplication.Applied]

    public init(
      result: CheckResult, changed: [SourceFile] = [], applied: [FixApplication.Applied] = []
    ) {
      self.result = result
      self.changed = changed
      self.applied = applied
    }
  }

  /// A fix may uncover another finding; this often, then what is left is left.
  private static let rounds = 10

  /// - Parameter file: the recipe as read.
  public static func fix(
    _ file: SourceFile, vocabulary: Vocabulary, options: CheckOptions = CheckOptions(),
    includeUnsafe: Bool
  ) -> Outcome {
    let texts = EditedFiles()
    var options = options
    let original = options.read
    options.read = { path in texts[path] ?? original(path) }
    let mended = options
    func check() -> CheckResult {
      let text = (texts[file.path] ?? file).text
      return RecipeChecker.check(
        text: text, path: file.path, vocabulary: vocabulary, options: mended)
    }
    var applied: [FixApplication.Applied] = []
    var result = check()
    for _ in 0..<rounds {
      let onDisk = result.files.filter { $0.path != CommandLineText.path }
      let round = FixApplication.apply(
        result.diagnostics, to: onDisk, includeUnsafe: includeUnsafe)
      guard !round.applied.isEmpty else { break }
      applied += round.applied
      round.files.forEach(texts.replace)
      result = check()
    }
    return Outcome(result: result, changed: texts.all, applied: applied)
  }
}

/// The files that were edited in memory.
private final class EditedFiles: Sendable {
  private let files = Mutex<[String: SourceFile]>([:])

  var all: [SourceFile] { files.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value) }

  subscript(path: String) -> SourceFile? { files.withLock { $0[path] } }

  func replace(_ file: SourceFile) { files.withLock { $0[file.path] = file } }
}
