import Foundation

/// Reads a recipe and the recipes it extends, and merges their trees.
///
/// Records and maps merge by key; lists and scalars replace; where the kind of a record changes, only
/// the keys that the new kind has too are inherited. Every node keeps the span in the file that wrote it.
struct Composition {
  private(set) var files: [SourceFile] = []
  private(set) var diagnostics: [Diagnostic] = []
  private let schema: ValueType
  private let read: @Sendable (String) -> SourceFile?

  /// - Parameter read: the text of a file that is not as the disk has it (`CheckOptions.read`).
  init(schema: [FieldSchema], read: @escaping @Sendable (String) -> SourceFile? = { _ in nil }) {
    self.schema = .record(schema)
    self.read = read
  }

  /// The merged tree; nil when some file has no tree.
  mutating func compose(_ file: SourceFile) -> Node? { load(file, ancestors: []) }

  private mutating func load(_ file: SourceFile, ancestors: [String]) -> Node? {
    files.append(file)
    let read = TreeReader.read(file)
    diagnostics += read.diagnostics
    guard let root = read.root else { return nil }
    guard case .mapping(let entries) = root.content, !entries.isEmpty else {
      if case .rejected = root.content { return nil }
      diagnostics.append(
        Diagnostic(
          .notARecipe, "a recipe is a record of keys at its top", at: root.span,
          help: "begin with `sousvide: 1`"))
      return nil
    }
    guard let parent = root["extends"] else { return root }
    guard let scalar = parent.scalar, !scalar.text.isEmpty else { return root }
    let chain = ancestors + [Paths.standard(file.path)]
    guard let base = loadParent(scalar.text, at: parent.span, from: file, chain: chain) else {
      return nil
    }
    return Merge.apply(root, over: base, as: schema)
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
    if let open = read(path) { return load(open, ancestors: chain) }
    do {
      return load(try SourceFile.read(path), ancestors: chain)
    } catch {
      var located = error
      if located.code == .cannotRead { located.span = span }
      diagnostics.append(located)
      return nil
    }
  }
}

/// Paths of files beside other files.
enum Paths {
  /// Textual, so that diagnostics name a file the way the user would.
  static func resolve(_ written: String, besides file: String) -> String {
    if written.hasPrefix("/") { return written }
    var parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for part in written.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != "..", !last.isEmpty {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return parts.joined(separator: "/")
  }

  /// For comparing: absolute, with links followed.
  static func standard(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}

/// Merging of trees, directed by the schema.
enum Merge {
  static func apply(_ child: Node, over parent: Node, as type: ValueType?) -> Node {
    guard case .mapping(let childEntries) = child.content,
      case .mapping(let parentEntries) = parent.content
    else { return child }
    switch type {
    case .record(let fields):
      return merge(childEntries, parentEntries, child.span) { key in field(key, fields) }
    case .map(let element), .processMap(let element):
      return merge(childEntries, parentEntries, child.span) { _ in element }
    case .kind(let discriminator, let common, let kinds):
      let inherited = parent[discriminator]?.scalar?.text
      let written = child[discriminator]?.scalar?.text ?? inherited
      let kind = kinds.first { $0.name == written }
      let fields = common + (kind?.fields ?? [])
      // A misspelt kind is reported; what it inherits stays, so that nothing else seems missing.
      let hasChanged = kind != nil && written != inherited
      let kept = parentEntries.filter { entry in
        !hasChanged || fields.contains { $0.name == entry.key }
      }
      return merge(childEntries, kept, child.span) { key in field(key, fields) }
    case .optional(let inner): return apply(child, over: parent, as: inner)
    default: return child
    }
  }

  private static func field(_ key: String, _ fields: [FieldSchema]) -> ValueType? {
    fields.first { $0.name == key }?.type
  }

  private static func merge(
    _ child: [Node.Entry], _ parent: [Node.Entry], _ span: SourceSpan,
    type: (String) -> ValueType?
  ) -> Node {
    var merged = parent
    var places = Dictionary(
      parent.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in child {
      if let place = places[entry.key] {
        var combined = entry
        combined.value = apply(entry.value, over: merged[place].value, as: type(entry.key))
        merged[place] = combined
      } else {
        places[entry.key] = merged.count
        merged.append(entry)
      }
    }
    return Node(content: .mapping(merged), span: span)
  }
}
