/// Writes a recipe in its canonical form: keys in the order of the schema, quotes where they are
/// needed, quantities as `320 tok`, two spaces of indentation. Comments stay with their entries.
///
/// What the recipe means does not change, and formatting twice is formatting once.
public enum RecipeFormatter {
  /// Why a file is left as it is.
  public struct Refusal: Error, Sendable {
    public let diagnostics: [Diagnostic]
  }

  /// - Throws: the syntax errors of a file that cannot be read.
  public static func format(
    _ file: SourceFile, vocabulary: Vocabulary
  ) throws(Refusal) -> String {
    let schema = ValueType.record(RecipeSchema.fields(vocabulary))
    var text = file.text
    // A comment that moves can make room for another change; what nothing changes any more is canonical.
    for _ in 0..<4 {
      let next = try pass(over: SourceFile(path: file.path, text: text), schema)
      if next == text { return text }
      text = next
    }
    // A text block of blank lines with a comment below can go back and forth: it stays as it is.
    return file.text
  }

  private static func pass(
    over file: SourceFile, _ schema: ValueType
  ) throws(Refusal) -> String {
    let read = TreeReader.read(file)
    guard let root = read.root, read.diagnostics.isEmpty else {
      throw Refusal(diagnostics: read.diagnostics)
    }
    guard root.entries?.isEmpty == false else {
      let found = Diagnostic(
        .notARecipe, "a recipe is a record of keys at its top", at: root.span,
        help: "begin with `sousvide: 1`")
      throw Refusal(diagnostics: [found])
    }
    var builder = LayoutBuilder(file, comments: read.comments.all)
    let text = LayoutWriter.text(builder.document(root, as: schema))
    let again = TreeReader.read(SourceFile(path: file.path, text: text))
    guard again.diagnostics.isEmpty,
      again.root.map({ FormatMeaning.same(root, $0, as: schema) }) == true,
      again.comments.all.map(\.text).sorted() == read.comments.all.map(\.text).sorted()
    else {
      throw Refusal(diagnostics: [
        Diagnostic(
          .formatChangesMeaning,
          "the formatted text would mean something else, so the file is left as it is",
          at: .beginning(of: file.path), help: "please report this file as a mistake of sousvide")
      ])
    }
    return text
  }
}

/// Whether two trees say the same, the order of keys aside.
enum FormatMeaning {
  static func same(_ a: Node, _ b: Node, as type: ValueType?) -> Bool {
    switch (a.content, b.content) {
    case (.rejected, .rejected): return true
    case (.scalar(let left), .scalar(let right)):
      return meaning(left, type) == meaning(right, type)
    case (.sequence(let left), .sequence(let right)):
      return left.count == right.count
        && zip(left, right).allSatisfy { same($0, $1, as: type?.formatItem) }
    case (.mapping(let left), .mapping(let right)):
      let others = Dictionary(right.map { ($0.key, $0.value) }) { first, _ in first }
      return left.count == right.count
        && left.allSatisfy { entry in
          others[entry.key].map {
            same(entry.value, $0, as: type?.formatField(entry.key, of: a))
          } ?? false
        }
    default: return false
    }
  }

  private enum Meaning: Equatable {
    case null
    case text(String)
    case number(Double)
    /// Read differently by different readers, so only the same spelling is the same.
    case spelling(String)
    case quantity(Quantity)
    case window(Window)
  }

  private static func meaning(_ scalar: Node.Scalar, _ type: ValueType?) -> Meaning {
    switch type?.formatBase {
    case .quantity(let unit, _):
      if let value = try? QuantityReader.quantity(scalar.text, in: unit) { return .quantity(value) }
    case .window(let unit, let others):
      if let value = try? QuantityReader.window(scalar.text, in: unit, or: others) {
        return .window(value)
      }
    default: break
    }
    guard scalar.style == .plain else { return .text(scalar.text) }
    switch PlainScalar(scalar.text) {
    case .null: return .null
    case .text: return .text(scalar.text)
    case .number: return Double(scalar.text).map { .number($0) } ?? .spelling(scalar.text)
    case .boolean: return .spelling(scalar.text)
    case .ambiguous:
      let number = CanonicalScalar.unambiguous(scalar.text, type).flatMap(Double.init)
      return number.map { .number($0) } ?? .spelling(scalar.text)
    }
  }
}

/// What formatting asks of the schema.
extension ValueType {
  var formatBase: ValueType {
    if case .optional(let inner) = self { return inner.formatBase }
    return self
  }

  var formatItem: ValueType? {
    if case .list(let item, _) = formatBase { return item }
    return nil
  }

  /// The fields of a record, in the order they are written; nil where the author's order stays.
  func formatFields(of node: Node) -> [FieldSchema]? {
    switch formatBase {
    case .record(let fields): return fields
    case .kind(let discriminator, let common, let kinds):
      let written = node[discriminator]?.scalar?.text
      guard let kind = kinds.first(where: { $0.name == written }) else { return nil }
      let tag = FieldSchema.required(discriminator, .choice([]), "")
      return [tag] + common.filter { !$0.isClosing } + kind.fields + common.filter(\.isClosing)
    default: return nil
    }
  }

  func formatField(_ key: String, of node: Node) -> ValueType? {
    switch formatBase {
    case .map(let element), .processMap(let element): return element
    default: return formatFields(of: node)?.first { $0.name == key }?.type
    }
  }
}
