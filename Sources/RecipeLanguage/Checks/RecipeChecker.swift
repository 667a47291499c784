import Foundation

/// The front door: text in, checked recipe or diagnostics out. All errors come at once.
public enum RecipeChecker {
  /// Checks a recipe file and everything it extends.
  public static func check(
    file: URL, vocabulary: Vocabulary, options: CheckOptions = CheckOptions()
  ) -> CheckResult {
    check(
      path: file.isFileURL ? file.relativePath : file.absoluteString, vocabulary: vocabulary,
      options: options)
  }

  /// - Parameter path: as the user named the file; diagnostics print it so.
  public static func check(
    path: String, vocabulary: Vocabulary, options: CheckOptions = CheckOptions()
  ) -> CheckResult {
    do {
      return check(try SourceFile.read(path), vocabulary, options)
    } catch {
      return CheckResult(unreadable: error)
    }
  }

  /// Checks text that is in no file; relative paths in it are relative to `path`.
  public static func check(
    text: String, path: String = "recipe.yaml", vocabulary: Vocabulary,
    options: CheckOptions = CheckOptions()
  ) -> CheckResult {
    check(SourceFile(path: path, text: text), vocabulary, options)
  }

  private static func check(
    _ file: SourceFile, _ vocabulary: Vocabulary, _ options: CheckOptions
  ) -> CheckResult {
    let fields = RecipeSchema.fields(vocabulary)
    var composition = Composition(schema: fields, read: options.read)
    let tree = composition.compose(file, options)
    var diagnostics = composition.diagnostics
    var checked: Record?
    var findings = CheckResult.Findings()
    /// Codes whose checks had to be skipped.
    var unseen: Set<DiagnosticCode> = []
    var files = composition.files
    var missing: [MissingCapability] = []
    var worstCase: WorstCase?
    if let tree {
      var decoder = Decoder(
        root: tree, files: composition.files, damage: composition.damage,
        directory: options.directory, read: options.read)
      let root = decoder.recipe(fields)
      diagnostics += decoder.diagnostics
      files += decoder.promptFiles
      let facts = FactLedger(options.facts?(root))
      // A kind's check may look anywhere, so it waits until everything can be read.
      diagnostics += (composition.damage.isEmpty ? decoder.kindChecks : []).flatMap {
        kind, record in
        let context = CheckContext(
          name: record.name, path: record.path, root: root, facts: facts)
        return kind.check?(record, context) ?? []
      }
      let outline = RecipeOutline(root, vocabulary: vocabulary)
      findings.root = root
      findings.outline = outline
      findings.places = decoder.places
      findings.references =
        SweepAxis.references(root, decoder.names) + composition.references + decoder.references
        + decoder.names.furtherProcesses
      findings.definitions = decoder.names.definitions
      let used = findings.references.reduce(into: [Section: Set<String>]()) {
        $0[$1.section, default: []].insert($1.name)
      }
      var input = CheckInput(
        root: root, outline: outline, used: used,
        names: decoder.names, facts: facts, tree: tree,
        files: composition.files, promptFiles: decoder.promptFiles,
        secretPlaces: decoder.secretPlaces, kinds: decoder.kinds,
        given: Set(options.parameters.map(\.name)))
      diagnostics += RecipeChecks.run(input, silent: sectionsInError(diagnostics))
      if options.sweepCells > 0, root.has("sweep"),
        !diagnostics.contains(where: { $0.severity == .error })
      {
        input.sweep = SweepPlan.make(root, limit: options.sweepCells) { assignments in
          check(file, vocabulary, options.cell(assignments))
        }
        findings.sweep = input.sweep
        diagnostics += RecipeChecks.plannedSweeps.flatMap { $0.find(input) }
      }
      unseen = Set(input.facts.misses.flatMap(\.codes))
      diagnostics += skipped(input.facts, at: file)
      missing = MissingCapability.of(input)
      worstCase = WorstCase(input)
      checked = root
    }
    diagnostics = Lint(checked, vocabulary: vocabulary)
      .apply(to: diagnostics, files: composition.files, unseen: unseen)
    let result = sorted(diagnostics.map(composition.explained), files: files)
    let hasErrors = result.contains { $0.severity == .error }
    let recipe = checked.flatMap { root in
      hasErrors
        ? nil
        : CheckedRecipe(
          file: file, files: files, root: root, missing: missing, worstCase: worstCase,
          sweep: findings.sweep)
    }
    findings.overlays = composition.overlays
    return CheckResult(
      recipe: recipe, diagnostics: result, files: files, findings: findings)
  }

  /// The top-level keys that hold an error, with the empty one when there is any; an error without a
  /// path (a syntax error) could be anywhere.
  private static func sectionsInError(_ diagnostics: [Diagnostic]) -> Set<String> {
    let errors = diagnostics.filter { $0.severity == .error }
    guard !errors.isEmpty else { return [] }
    return errors.reduce(into: [""]) { sections, error in
      sections.insert(String(error.path?.prefix { $0 != "." && $0 != "[" } ?? ""))
    }
  }

  /// One note for all checks that had to be skipped, with the reasons.
  private static func skipped(_ facts: FactLedger, at file: SourceFile) -> [Diagnostic] {
    let misses = facts.misses
    let codes = Set(misses.flatMap(\.codes))
    guard !codes.isEmpty else { return [] }
    let count = codes.count == 1 ? "one check lacks" : "\(codes.count) checks lack"
    return [
      Diagnostic(
        .checksSkipped, severity: .note,
        "\(count) something outside the recipe, and had to be skipped",
        at: .beginning(of: file.path),
        notes: misses.map { reason, codes in
          "\(reason): \(codes.map { "\($0.name) \($0.slug)" }.joined(separator: ", "))"
        })
    ]
  }

  private static func sorted(_ diagnostics: [Diagnostic], files: [SourceFile]) -> [Diagnostic] {
    let order = Dictionary(
      files.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
    func place(_ diagnostic: Diagnostic) -> (Int, Int) {
      let isNote = diagnostic.severity == .note
      return (
        isNote ? files.count + 1 : order[diagnostic.span.path] ?? files.count,
        diagnostic.span.bytes.lowerBound
      )
    }
    return diagnostics.enumerated().sorted { a, b in
      let (left, right) = (place(a.element), place(b.element))
      return left == right ? a.offset < b.offset : left < right
    }.map(\.element)
  }
}

/// What a check is told besides the recipe.
public struct CheckOptions: Sendable {
  /// Files that are merged over the recipe, in order.
  public var overlays: [String]
  /// Values of params, each read by the param's type.
  public var parameters: [(name: String, value: String)]
  /// Values of settings by path, each read by the type that is expected there.
  public var settings: [(path: String, value: String)]
  /// The world outside, for the recipe decoded as far as it is right; nil to do without the checks
  /// that need it, and without the note that says so.
  public var facts: (@Sendable (Record) -> any FactSource)?
  /// The text of a file that `extends` names where it is not as the disk has it: an editor's open
  /// documents. Nil reads the disk.
  public var read: @Sendable (_ path: String) -> SourceFile?
  /// The folder that paths among the settings start from; nil for the working directory.
  public var directory: String?
  /// How many cells of a sweep are checked, each as a recipe of its own; with 0 its cells are not
  /// looked at.
  public var sweepCells = 64

  /// One cell of a sweep: the same recipe with other values of its params.
  func cell(_ assignments: [SweepPlan.Assignment]) -> CheckOptions {
    var options = self
    options.sweepCells = 0
    options.parameters += assignments.map { (name: $0.parameter, value: $0.value) }
    return options
  }

  public init(
    overlays: [String] = [], parameters: [(name: String, value: String)] = [],
    settings: [(path: String, value: String)] = [],
    facts: (@Sendable (Record) -> any FactSource)? = nil,
    read: @escaping @Sendable (_ path: String) -> SourceFile? = { _ in nil }
  ) {
    self.overlays = overlays
    self.parameters = parameters
    self.settings = settings
    self.facts = facts
    self.read = read
  }
}
