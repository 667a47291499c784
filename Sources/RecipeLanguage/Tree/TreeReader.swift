import CYAML

/// Reads the YAML subset of the recipe language: libyaml's events become a located tree, and what the
/// language does not accept is reported, each kind with its own code.
struct TreeReader {
  struct Result {
    /// Nil when there is no tree to speak of: not YAML, or empty.
    var root: Node?
    var diagnostics: [Diagnostic]
    var comments = Comments([])
    /// What syntax errors made unreadable.
    var damaged: [Damage] = []
  }

  static func read(_ file: SourceFile) -> Result {
    guard file.bytes.count <= Limits.fileBytes else {
      let tooLarge = SourceFile.tooLarge(at: .beginning(of: file.path))
      return Result(root: nil, diagnostics: [tooLarge])
    }
    var repair = Repair(file)
    while true {
      var reader = TreeReader(file: file, bytes: repair.bytes)
      do {
        let root = try reader.document(isWhole: repair.diagnostics.isEmpty)
        return reader.result(root, repair)
      } catch {
        let goesOn = repair.isolate(
          error, flow: reader.openFlow, quotes: reader.lastLongQuotes)
        if !goesOn { return reader.result(nil, repair) }
      }
    }
  }

  private mutating func result(_ root: Node?, _ repair: Repair) -> Result {
    let comments = comments(in: root)
    let damage = DamageReport(repair.damage)
    return Result(
      root: root.map { damage.isEmpty ? $0 : $0.withoutEmptied(damage) },
      diagnostics: repair.diagnostics + diagnostics, comments: comments, damaged: repair.damage)
  }

  private let file: SourceFile
  /// Of the file, less what could not be read.
  private let bytes: [UInt8]
  private let events: EventStream
  private var diagnostics: [Diagnostic] = []
  private var depth = 0
  private var nodes = 0
  private var commentScanner: CommentScanner

  /// Where the brackets open that are not closed yet.
  private var flows: [Int] = []
  private var openFlow: Int? { flows.first }
  /// The last text in quotes that spans lines.
  private var lastLongQuotes: Range<Int>?

  private init(file: SourceFile, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
    events = EventStream(file, bytes: bytes)
    commentScanner = CommentScanner(bytes)
  }

  private mutating func comments(in root: Node?) -> Comments {
    let found = commentScanner.finish().map { range in
      let lineStart = file.lineStart(before: range.lowerBound)
      let standsAlone = bytes[lineStart..<range.lowerBound].allSatisfy(\.isBlank)
      return RecipeComment(
        text: String(decoding: bytes[range], as: UTF8.self), span: file.span(range),
        standsAlone: standsAlone)
    }
    return Comments(root.map { CommentOwners(found, in: $0).comments } ?? found)
  }

  private mutating func document(isWhole: Bool) throws(SyntaxFailure) -> Node? {
    var root: Node?
    var documents = 0
    while true {
      let event = try events.next()
      switch event.kind {
      case .streamEnd:
        if root == nil, diagnostics.isEmpty, isWhole {
          report(
            .notARecipe, "the file is empty", at: .beginning(of: file.path),
            help: "a recipe begins with `sousvide: 1`")
        }
        return root
      case .documentStart(let hasDirectives):
        documents += 1
        if hasDirectives {
          report(
            .directive, "YAML directives (lines that begin with `%`) are not accepted",
            at: file.span(event.bytes), help: "remove the line")
        }
        if documents > 1 {
          report(
            .severalDocuments, "a second document begins here; a recipe is one document",
            at: file.span(event.bytes), help: "put the second recipe into a file of its own")
          return root
        }
      case .scalar, .sequenceStart, .mappingStart, .alias:
        root = try node(event)
      default: break
      }
    }
  }

  private mutating func node(_ event: EventStream.Event) throws(SyntaxFailure) -> Node {
    nodes += 1
    guard nodes <= Limits.nodes else {
      throw .limit(SourceFile.tooLarge(at: file.span(event.bytes)))
    }
    let span = file.span(event.bytes)
    reportProperties(of: event, at: span)
    switch event.kind {
    case .scalar(let text, let style):
      commentScanner.skip(scalar: event.bytes, isBlock: style == .block)
      let start = event.bytes.lowerBound
      var end = event.bytes.upperBound
      if style == .singleQuoted || style == .doubleQuoted,
        file.lineStart(before: start) != file.lineStart(before: end)
      {
        lastLongQuotes = event.bytes
      }
      // A block scalar's end mark is at the next token; the span ends with its last character.
      while style == .block, end > start, bytes[end - 1] <= .space { end -= 1 }
      let content = contentStart(event)
      if style == .block { checkHeader(ofBlockAt: content) }
      let scalar = Node.Scalar(text: text, style: style)
      return Node(content: .scalar(scalar), span: file.span(content..<end))
    case .alias(let name):
      commentScanner.skip(event.bytes)
      report(
        .alias,
        "aliases (`*\(name)`) are not accepted: a reader must see the value where it applies",
        at: span, help: "write the value out, or share it with `extends`")
      return Node(content: .rejected, span: span)
    case .sequenceStart: return try sequence(span)
    case .mappingStart: return try mapping(span)
    default: return Node(content: .rejected, span: span)
    }
  }

  /// `|# text`: some readers take it for a comment, others for a mistake.
  private mutating func checkHeader(ofBlockAt start: Int) {
    var end = start + 1
    while end < bytes.count,
      bytes[end].isDigit || bytes[end] == UInt8(ascii: "+")
        || bytes[end] == UInt8(ascii: "-")
    { end += 1 }
    guard end < bytes.count, bytes[end] == .hash else { return }
    report(
      .syntax, "a comment needs a space before it", at: file.span(end..<end + 1),
      help: "write ` #`")
  }

  private mutating func sequence(_ start: SourceSpan) throws(SyntaxFailure) -> Node {
    try enter(at: start)
    let isFlow = isFlow(start)
    if isFlow { flows.append(start.bytes.lowerBound) }
    var items: [Node] = []
    while true {
      let event = try events.next()
      if case .end = event.kind {
        let span = whole(start, closing: event, last: items.last?.span)
        leave(isFlow)
        return Node(content: .sequence(items), span: span)
      }
      items.append(try node(event))
    }
  }

  private mutating func mapping(_ start: SourceSpan) throws(SyntaxFailure) -> Node {
    try enter(at: start)
    let isFlow = isFlow(start)
    if isFlow { flows.append(start.bytes.lowerBound) }
    var entries: [Node.Entry] = []
    var seen: [String: SourceSpan] = [:]
    var last: SourceSpan?
    while true {
      let event = try events.next()
      if case .end = event.kind {
        let span = whole(start, closing: event, last: last)
        leave(isFlow)
        return Node(content: .mapping(entries), span: span)
      }
      let key = try node(event)
      let value = try node(try events.next())
      last = value.span.bytes.isEmpty ? key.span : value.span
      guard let name = accept(key: key) else { continue }
      if let first = seen[name] {
        report(
          .duplicateKey, "the key `\(name)` is written twice; readers differ in which one wins",
          at: key.span, label: "again here", secondary: [.init(span: first, text: "first here")],
          help: "keep one of the two")
        continue
      }
      seen[name] = key.span
      entries.append(.init(key: name, keySpan: key.span, value: value))
    }
  }

  /// The text of a key, or nil when it was reported.
  private mutating func accept(key: Node) -> String? {
    guard let scalar = key.scalar else {
      if case .rejected = key.content { return nil }
      report(
        .complexKey, "a key must be a word, not a list or a record", at: key.span,
        help: "if this is a value, quote it; text with `{`, `[` or `:` needs quotes")
      return nil
    }
    if key.span.start.line != key.span.end.line || scalar.style == .block {
      report(.complexKey, "a key must stand on one line", at: key.span, help: "shorten the key")
      return nil
    }
    guard scalar.style == .plain else { return scalar.text }
    if scalar.text == "<<" {
      report(
        .mergeKey, "merge keys (`<<`) are not accepted", at: key.span,
        help: "use `extends: other.yaml` at the top of the recipe")
      return nil
    }
    if case .ambiguous(let reason, _) = PlainScalar(scalar.text) {
      report(
        .ambiguousScalar, "the key `\(scalar.text)` \(reason)", at: key.span,
        help: "use another name, or quote it")
      return nil
    }
    if scalar.text.isEmpty {
      report(.complexKey, "there is no key before this `:`", at: key.span, help: "write a key")
      return nil
    }
    return scalar.text
  }

  private mutating func enter(at span: SourceSpan) throws(SyntaxFailure) {
    depth += 1
    guard depth <= Limits.depth else {
      throw .limit(
        Diagnostic(
          .tooDeep, "records and lists are nested more than \(Limits.depth) deep", at: span,
          help: "no recipe needs this; check the brackets"))
    }
  }

  private mutating func leave(_ isFlow: Bool) {
    depth -= 1
    if isFlow { flows.removeLast() }
  }

  private func isFlow(_ start: SourceSpan) -> Bool {
    let first = bytes[safe: contentStart(of: start.bytes.lowerBound)]
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }

  /// A flow collection ends with its bracket; a block collection with its last value.
  private func whole(
    _ start: SourceSpan, closing event: EventStream.Event, last: SourceSpan?
  ) -> SourceSpan {
    let isFlow = !event.bytes.isEmpty
    let end = isFlow ? event.bytes.upperBound : last?.bytes.upperBound ?? start.bytes.upperBound
    return file.span(start.bytes.lowerBound..<max(start.bytes.lowerBound, end))
  }

  /// Where the value itself begins, after an anchor or tag.
  private func contentStart(_ event: EventStream.Event) -> Int {
    guard event.anchor != nil || event.tag != nil else { return event.bytes.lowerBound }
    return min(contentStart(of: event.bytes.lowerBound), event.bytes.upperBound)
  }

  private func contentStart(of start: Int) -> Int {
    var offset = start
    while let byte = bytes[safe: offset], byte == UInt8(ascii: "&") || byte == UInt8(ascii: "!") {
      while let byte = bytes[safe: offset], byte > .space { offset += 1 }
      while let byte = bytes[safe: offset], byte <= .space { offset += 1 }
    }
    return offset
  }

  private mutating func reportProperties(of event: EventStream.Event, at span: SourceSpan) {
    if let anchor = event.anchor, !event.isAlias {
      report(
        .alias, "anchors (`&\(anchor)`) are not accepted", at: span,
        help: "share settings between recipes with `extends`")
    }
    if let tag = event.tag {
      report(
        .tag, "YAML tags (`\(tag)`) are not accepted; the schema gives every value its type",
        at: span, help: "remove the tag; text that begins with `!` needs quotes")
    }
  }

  private mutating func report(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, label: String? = nil,
    secondary: [Diagnostic.Label] = [], help: String? = nil
  ) {
    guard diagnostics.count < Limits.findings else { return }
    diagnostics.append(
      Diagnostic(code, message, at: span, label: label, secondary: secondary, help: help))
  }
}
