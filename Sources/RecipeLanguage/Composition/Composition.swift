/// Composes the tree that is checked: a recipe and those it extends, overlays, the command line, and
/// the values of params. Every node keeps the place that wrote it and remembers what it replaced.
struct Composition {
  /// The file that was asked for, then those it extends, the overlays, and the command line.
  private(set) var files: [SourceFile] = []
  private(set) var diagnostics: [Diagnostic] = []
  /// Uses of params.
  private(set) var references: [Reference] = []
  private(set) var expansions: [SourceSpan: Interpolation.Expansion] = [:]
  /// The overlays, as they were named.
  private(set) var overlays: Set<String> = []
  /// What syntax errors hid, in any of the files.
  private(set) var damage = DamageReport()
  private let schema: ValueType
  private let openDocument: @Sendable (String) -> SourceFile?

  /// - Parameter read: the text of a file that is not as the disk has it (`CheckOptions.read`).
  init(schema: [FieldSchema], read: @escaping @Sendable (String) -> SourceFile? = { _ in nil }) {
    self.schema = .record(schema)
    openDocument = read
  }

  /// The merged tree; nil when some file has no tree.
  mutating func compose(_ file: SourceFile, _ options: CheckOptions) -> Node? {
    var tree = load(file, ancestors: [])
    let arguments = CommandLineText(options)
    if !arguments.file.bytes.isEmpty { files.append(arguments.file) }
    for argument in arguments.overlays {
      guard let overlay = overlay(argument, arguments) else { continue }
      tree = tree.map { Merge(keepsPlaces: true).apply(overlay, over: $0, as: schema) }
    }
    guard var tree else { return nil }
    let settings = CommandLineSettings(text: arguments, schema: schema)
    for argument in arguments.parameters {
      attempt { () throws(Diagnostic) in tree = try settings.give(argument, in: tree) }
    }
    for argument in arguments.settings {
      attempt { () throws(Diagnostic) in tree = try settings.set(argument, in: tree) }
    }
    var interpolation = Interpolation(ParameterTable(tree, files: files), files: files)
    tree = interpolation.expand(tree)
    diagnostics += interpolation.diagnostics.filter {
      $0.code != .expressionName || !damage.hides("params")
    }
    references = interpolation.references
    expansions = interpolation.expansions
    return tree
  }

  /// Says of findings about an expanded value where the value comes from.
  func explained(_ diagnostic: Diagnostic) -> Diagnostic {
    guard let expansion = expansions[diagnostic.span] else { return diagnostic }
    var diagnostic = diagnostic
    for parameter in expansion.parameters {
      diagnostic.secondary.append(
        .init(span: parameter.span, text: "the value of `params.\(parameter.name)`"))
    }
    diagnostic.notes.append("`${…}` stands for `\(Decoder.shortened(expansion.text))` here")
    return diagnostic
  }

  private mutating func attempt(_ body: () throws(Diagnostic) -> Void) {
    do { try body() } catch { diagnostics.append(error) }
  }

  private mutating func load(_ file: SourceFile, ancestors: [String]) -> Node? {
    files.append(file)
    guard let root = read(file) else { return nil }
    guard let parent = root["extends"] else { return root }
    guard let scalar = parent.scalar, !scalar.text.isEmpty else { return root }
    let chain = ancestors + [Paths.standard(file.path)]
    guard let base = loadParent(scalar.text, at: parent.span, from: file, chain: chain) else {
      return nil
    }
    return Merge().apply(root, over: base, as: schema)
  }

  /// The record at the top of a file.
  private mutating func read(_ file: SourceFile) -> Node? {
    let read = TreeReader.read(file)
    diagnostics += read.diagnostics
    damage.add(read.damaged)
    guard let root = read.root else { return nil }
    guard case .mapping(let entries) = root.content, !entries.isEmpty else {
      if case .rejected = root.content { return nil }
      diagnostics.append(
        Diagnostic(
          .notARecipe, "a recipe is a record of keys at its top", at: root.span,
          help: "begin with `sousvide: 1`"))
      return nil
    }
    return root
  }

  private mutating func loadParent(
    _ written: String, at span: SourceSpan, from file: SourceFile, chain: [String]
  ) -> Node? {
    let path = Paths.resolve(written, besides: file.path)
    if chain.contains(Paths.standard(path)) {
      let route = (chain + [Paths.standard(path)]).map { Paths.name($0) }
      diagnostics.append(
        Diagnostic(
          .extendsCycle, "this recipe extends itself: \(route.joined(separator: " -> "))", at: span,
          help: "remove one `extends`"))
      return nil
    }
    guard chain.count < Limits.parents else {
      diagnostics.append(
        Diagnostic(
          .extendsTooLong, "the chain of `extends` is longer than \(Limits.parents) files",
          at: span))
      return nil
    }
    return open(path, namedAt: span).flatMap { load($0, ancestors: chain) }
  }

  private mutating func overlay(
    _ argument: CommandLineText.Argument, _ arguments: CommandLineText
  ) -> Node? {
    let span = arguments.span(argument.nameRange)
    guard let file = open(argument.name, namedAt: span) else { return nil }
    overlays.insert(file.path)
    if !files.contains(where: { $0.path == file.path }) { files.append(file) }
    guard let root = read(file) else { return nil }
    if let parent = root["extends"] {
      diagnostics.append(
        Diagnostic(
          .overlayExtends,
          "an overlay cannot extend a recipe: it lies over the one that is checked",
          at: parent.span, help: "remove `extends` here, or give both files with `--overlay`",
          path: "extends"))
      return nil
    }
    return root
  }

  /// The file at a path; one that cannot be read is reported where it is named.
  private mutating func open(_ path: String, namedAt span: SourceSpan) -> SourceFile? {
    if let document = openDocument(path) { return document }
    do {
      return try SourceFile.read(path)
    } catch {
      var located = error
      if located.code == .cannotRead { located.span = span }
      diagnostics.append(located)
      return nil
    }
  }
}
