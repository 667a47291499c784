/// Gives every value of a tree the type that the schema declares for it, and reports what does not fit.
///
/// A value in error is reported once and left out; whatever depends on it stays silent.
struct Decoder {
  let root: Node
  let names: Declarations
  let files: [String: SourceFile]
  private(set) var diagnostics: [Diagnostic] = []
  /// Every use of a declared name, in the order they are decoded.
  private(set) var references: [Reference] = []
  /// Every key and item, in the order they are written; those inside a value follow it.
  private(set) var places: [Place] = []
  /// Files with prompts that the recipe names, each once.
  var promptFiles: [SourceFile] = []
  /// Where secrets are used as secrets.
  private(set) var secretPlaces: Set<SourceSpan> = []
  /// Every record with a kind, right or not, and that kind.
  private(set) var kinds: [(schema: KindSchema, record: Record)] = []
  /// Records without errors whose kind has a check of its own.
  private(set) var kindChecks: [(KindSchema, Record)] = []
  /// What is being decoded: written text, or a default.
  var origin = Setting.Origin.written
  /// The key whose value is being decoded: where a key missing from that value is reported.
  var keySpan: SourceSpan?
  /// The file that was asked for: paths are given as it would write them.
  let damage: DamageReport
  private let mainPath: String
  /// What expressions may read, made once.
  var scopes: [ExpressionContext: ExpressionScope] = [:]
  /// The declared schedules by name.
  private let schedules: [String: Node]

  /// The text of a file that is not as the disk has it (`CheckOptions.read`).
  let read: @Sendable (String) -> SourceFile?

  /// The folder that paths on the command line start from (`CheckOptions.directory`).
  private let directory: String?

  /// - Parameter damage: what syntax errors hid; nobody is told that it is missing.
  init(
    root: Node, files: [SourceFile], damage: DamageReport = DamageReport(),
    directory: String? = nil,
    read: @escaping @Sendable (String) -> SourceFile? = { _ in nil }
  ) {
    self.root = root
    self.damage = damage
    self.directory = directory
    self.read = read
    mainPath = files.first?.path ?? root.span.path
    let declared = root["schedules"]?.entries ?? []
    schedules = Dictionary(declared.map { ($0.key, $0.value) }) { first, _ in first }
    self.files = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    names = Declarations(root, damage: damage)
  }

  /// The whole recipe, complete with defaults, minus what is in error.
  mutating func recipe(_ fields: [FieldSchema]) -> Record {
    var record = record(root, fields, path: "", what: "a recipe")
    languageVersion(record)
    completeNormalization(&record)
    return record
  }

  /// The typed value, or nil when it was reported.
  mutating func decode(_ node: Node, as type: ValueType, at path: String) -> SettingValue? {
    switch node.content {
    case .rejected: return nil
    case .scalar(let scalar): return decode(scalar, node, as: type, at: path)
    case .sequence(let items):
      if case .list(let item, let count) = type {
        return list(items, node, of: item, count: count, at: path)
      }
    case .mapping(let entries):
      switch type {
      case .optional(let inner): return decode(node, as: inner, at: path)
      case .record(let fields):
        return .record(record(node, fields, path: path, what: "`\(path)`"))
      case .kind(let discriminator, let common, let kinds):
        return kind(node, discriminator, common, kinds, at: path)
      case .map(let element): return .record(map(entries, node, of: element, at: path))
      case .processMap(let element): return .record(processMap(entries, node, element, at: path))
      case .schedule(let range): return schedule(entries, node, in: range, at: path)
      default: break
      }
    }
    if case .optional(let inner) = type { return decode(node, as: inner, at: path) }
    wrongType(node, type, at: path)
    return nil
  }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, help: String? = nil,
    fixes: [Fix] = [], path: String
  ) {
    report(Diagnostic(code, message, at: span, help: help, fixes: fixes, path: path))
  }

  mutating func report(_ diagnostic: Diagnostic) {
    guard diagnostics.count < Limits.findings else { return }
    diagnostics.append(diagnostic)
  }

  mutating func wrongType(
    _ node: Node, _ type: ValueType, at path: String, help: String? = nil, fixes: [Fix] = []
  ) {
    report(
      .wrongType, "`\(path)` needs \(type.phrase), found \(Self.describe(node))", at: node.span,
      help: help, fixes: fixes, path: path)
  }

  /// Notes a use of a declared name.
  mutating func use(_ name: String, in section: Section, at span: SourceSpan, path: String) {
    guard origin == .written else { return }
    references.append(Reference(section: section, name: name, span: span, path: path))
  }

  /// The schedule declared under a name.
  func schedule(named name: String) -> Node? { schedules[name] }

  /// A path as the recipe that was asked for would write it, and where it leads.
  func path(_ written: String, in file: String) -> PathValue {
    let resolved = self.resolved(written, in: file)
    let isOurs = file == mainPath || written.hasPrefix("/")
    return .file(
      written: isOurs ? written : Paths.relative(resolved, besides: mainPath), resolved: resolved)
  }

  /// Where a path leads that a file, or the command line, has.
  func resolved(_ written: String, in file: String) -> String {
    guard file == CommandLineText.path, let directory else {
      return Paths.resolve(written, besides: file)
    }
    return Paths.resolve(written, besides: "\(directory)/\(file)")
  }

  /// Notes a place before its value is decoded.
  ///
  /// - Returns: its number, for `complete`; nil for a default, which stands nowhere.
  mutating func begin(
    _ path: String, _ node: Node, keySpan: SourceSpan, field: FieldSchema?, type: ValueType
  ) -> Int? {
    guard origin == .written else { return nil }
    places.append(
      Place(
        path: path, keySpan: keySpan, span: node.span, field: field, type: type,
        kind: type.chosenKind(in: node)))
    return places.count - 1
  }

  mutating func complete(_ place: Int?, with setting: Setting) {
    if let place { places[place].setting = setting }
  }

  /// Takes note of a secret in a place made for it.
  mutating func noteSecret(at span: SourceSpan) { secretPlaces.insert(span) }

  mutating func note(_ kind: KindSchema, _ record: Record) { kinds.append((kind, record)) }

  mutating func checkLater(_ record: Record, _ kind: KindSchema) {
    kindChecks.append((kind, record))
  }

  /// Decodes without reporting: for a look at something that is decoded at its own place anyway.
  mutating func quietly<Value>(_ body: (inout Decoder) -> Value) -> Value {
    let before = (diagnostics.count, references.count, places.count, kindChecks.count)
    defer {
      diagnostics.removeSubrange(before.0...)
      references.removeSubrange(before.1...)
      places.removeSubrange(before.2...)
      kindChecks.removeSubrange(before.3...)
    }
    return body(&self)
  }

  /// A range of a scalar's text as a place in its file; the whole scalar when escapes or folding make
  /// the two differ.
  func span(of range: Range<Int>, in scalar: Node.Scalar, _ node: Node) -> SourceSpan {
    guard origin == .written, let file = files[node.span.path] else { return node.span }
    return file.span(of: range, in: scalar, node.span) ?? node.span
  }

  /// Where the text of an expression is in its file.
  func place(of scalar: Node.Scalar, _ node: Node) -> ExpressionPlace {
    let whole = 0..<scalar.text.utf8.count
    guard origin == .written, let file = files[node.span.path],
      let span = file.span(of: whole, in: scalar, node.span)
    else { return ExpressionPlace(span: node.span, text: nil) }
    return ExpressionPlace(span: span, text: scalar.text)
  }

  static func describe(_ node: Node) -> String {
    switch node.content {
    case .rejected: return "nothing"
    case .sequence: return "a list"
    case .mapping: return "a record"
    case .scalar(let scalar):
      let text = shortened(scalar.text)
      guard scalar.style == .plain else { return "the text \"\(text)\"" }
      switch PlainScalar(scalar.text) {
      case .number: return "the number `\(text)`"
      case .boolean: return "`\(text)`"
      case .null: return "nothing"
      case .text, .ambiguous: return "the text `\(text)`"
      }
    }
  }

  static func shortened(_ text: String) -> String {
    text.unicodeScalars.count <= 40
      ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(37))) + "..."
  }

  private mutating func languageVersion(_ record: Record) {
    guard let version = record.optionalInteger("sousvide"),
      version != RecipeSchema.languageVersion
    else { return }
    report(
      .languageVersion,
      "this recipe is written for version \(version) of the language; this program reads "
        + "version \(RecipeSchema.languageVersion)",
      at: record.span(of: "sousvide"), help: "write `sousvide: \(RecipeSchema.languageVersion)`",
      path: "sousvide")
  }

  /// Every process is normalized; what the recipe does not write is the default.
  private mutating func completeNormalization(_ recipe: inout Record) {
    guard let setting = recipe.setting("normalization"), case .record(var scopes) = setting.value
    else { return }
    for process in names.all(.processes) where scopes.setting(process) == nil {
      guard root["normalization"]?[process] == nil,
        let span = names.span(of: process, in: .processes)
      else { continue }
      let empty = Node(content: .mapping([]), span: span)
      let path = "normalization.\(process)"
      let scope = record(
        empty, RecipeSchema.normalization, path: path, what: "`\(path)`")
      scopes.insert(
        Setting(value: .record(scope), span: span, keySpan: span, origin: .default), for: process)
    }
    recipe.insert(
      Setting(
        value: .record(scopes), span: setting.span, keySpan: setting.keySpan,
        origin: setting.origin, effect: setting.effect, provenance: setting.provenance),
      for: "normalization")
  }
}

extension SourceFile {
  /// A range of a scalar's text as a place; nil when escapes or folding make text and file differ.
  func span(of range: Range<Int>, in scalar: Node.Scalar, _ whole: SourceSpan) -> SourceSpan? {
    let quote = scalar.style == .plain ? 0 : 1
    let start = whole.bytes.lowerBound + quote
    let end = start + scalar.text.utf8.count
    guard scalar.style != .block, end <= bytes.count,
      bytes[start..<end].elementsEqual(scalar.text.utf8)
    else { return nil }
    return span(start + range.lowerBound..<min(end, start + range.upperBound))
  }
}

extension ValueType {
  /// The kind that a record of this type has chosen.
  func chosenKind(in node: Node) -> KindSchema? {
    switch self {
    case .kind(let discriminator, _, let kinds):
      guard let word = node[discriminator]?.scalar?.text else { return nil }
      return kinds.first { $0.name == word }
    case .optional(let inner): return inner.chosenKind(in: node)
    default: return nil
    }
  }
}
