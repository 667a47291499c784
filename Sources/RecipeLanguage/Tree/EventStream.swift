import CYAML

/// libyaml's parser as a stream of Swift events with byte ranges.
final class EventStream {
  struct Event {
    enum Kind {
      case documentStart(hasDirectives: Bool)
      case scalar(String, Node.Scalar.Style)
      case alias(String)
      case sequenceStart
      case mappingStart
      /// The end of a sequence or mapping.
      case end
      case streamEnd
      case other
    }

    var kind: Kind
    var bytes: Range<Int>
    var anchor: String?
    var tag: String?

    var isAlias: Bool {
      if case .alias = kind { return true }
      return false
    }
  }

  private let file: SourceFile
  private let map: CharacterMap
  /// libyaml keeps pointers into the parser and the input, so both have a fixed address.
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let input: UnsafeMutableBufferPointer<UInt8>
  private let isReady: Bool

  /// - Parameter bytes: the text to read, as long as that of `file`, whose places are reported.
  init(_ file: SourceFile, bytes: [UInt8]) {
    self.file = file
    map = CharacterMap(bytes)
    input = .allocate(capacity: max(1, bytes.count))
    _ = input.initialize(from: bytes)
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    isReady = yaml_parser_initialize(parser) == 1
    if isReady {
      yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }
  }

  deinit {
    if isReady { yaml_parser_delete(parser) }
    parser.deinitialize(count: 1)
    parser.deallocate()
    input.deallocate()
  }

  /// - Throws: the syntax error that libyaml stopped at.
  func next() throws(SyntaxFailure) -> Event {
    var event = yaml_event_t()
    guard isReady, yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
    defer { yaml_event_delete(&event) }
    let start = map.byte(ofCharacter: event.start_mark.index)
    let end = max(start, map.byte(ofCharacter: event.end_mark.index))
    var result = Event(kind: .other, bytes: start..<end)
    switch event.type {
    case YAML_DOCUMENT_START_EVENT:
      let document = event.data.document_start
      let hasDirectives =
        document.version_directive != nil
        || document.tag_directives.start != document.tag_directives.end
      result.kind = .documentStart(hasDirectives: hasDirectives)
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      result.kind = .scalar(String(decoding: bytes, as: UTF8.self), style(scalar.style))
      result.anchor = string(scalar.anchor)
      result.tag = string(scalar.tag)
    case YAML_ALIAS_EVENT:
      result.kind = .alias(string(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT:
      result.kind = .sequenceStart
      result.anchor = string(event.data.sequence_start.anchor)
      result.tag = string(event.data.sequence_start.tag)
    case YAML_MAPPING_START_EVENT:
      result.kind = .mappingStart
      result.anchor = string(event.data.mapping_start.anchor)
      result.tag = string(event.data.mapping_start.tag)
    case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: result.kind = .end
    case YAML_STREAM_END_EVENT: result.kind = .streamEnd
    default: break
    }
    return result
  }

  private func string(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    pointer.map { String(cString: $0) }
  }

  private func style(_ style: yaml_scalar_style_t) -> Node.Scalar.Style {
    switch style {
    case YAML_SINGLE_QUOTED_SCALAR_STYLE: .singleQuoted
    case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .doubleQuoted
    case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: .block
    default: .plain
    }
  }

  private func syntaxError() -> SyntaxFailure {
    let problem = parser.pointee.problem.map { String(cString: $0) } ?? "out of memory"
    guard parser.pointee.error != YAML_READER_ERROR else {
      let byte = parser.pointee.problem_offset
      return SyntaxFailure(
        diagnostic: Self.forbiddenCharacter(at: byte..<byte + 1, in: file), culprit: .byte,
        problem: byte, context: nil)
    }
    let place = map.byte(ofCharacter: parser.pointee.problem_mark.index)
    let context = parser.pointee.context.map { String(cString: $0) }
    let start = context.map { _ in map.byte(ofCharacter: parser.pointee.context_mark.index) }
    let isLater = start.map { file.lineStart(before: $0) != file.lineStart(before: place) } ?? false
    let before = place > 0 ? file.bytes[place - 1] : .space
    let isAfterQuotes = before == UInt8(ascii: "\"") || before == UInt8(ascii: "'")
    let advice = SyntaxAdvice(
      problem: problem, context: context ?? "", isLater: isLater, isAfterQuotes: isAfterQuotes)
    let pointsAtCause = advice.culprit == .context && start != nil
    let primary = pointsAtCause ? start ?? place : place
    var secondary: [Diagnostic.Label] = []
    if pointsAtCause, place != primary {
      secondary = [.init(span: character(at: place), text: SyntaxAdvice.noticed(problem))]
    } else if let context, let start, start != place, let label = SyntaxAdvice.plain(context) {
      secondary = [.init(span: character(at: start), text: label)]
    }
    let diagnostic = Diagnostic(
      .syntax, "not YAML: \(advice.message)", at: character(at: primary), secondary: secondary,
      help: advice.help)
    return SyntaxFailure(
      diagnostic: diagnostic,
      culprit: advice.culprit == .context && !pointsAtCause ? .problem : advice.culprit,
      problem: place,
      context: start)
  }

  /// One character; empty where a line or the file ends.
  private func character(at start: Int) -> SourceSpan {
    var end = start
    if let byte = file.bytes[safe: start], byte != .newline, byte != .carriageReturn {
      repeat { end += 1 } while file.bytes[safe: end].map { $0 & 0xC0 == 0x80 } ?? false
    }
    return file.span(start..<end)
  }

  /// Line breaks in YAML 1.1, text in YAML 1.2.
  private static let disputedBreaks: Set<Unicode.Scalar> = ["\u{85}", "\u{2028}", "\u{2029}"]

  static func forbiddenCharacter(at bytes: Range<Int>, in file: SourceFile) -> Diagnostic {
    let character = String(decoding: file.bytes[bytes], as: UTF8.self)
    let isBreak = character.unicodeScalars.contains { Self.disputedBreaks.contains($0) }
    let what = isBreak ? "a line break that some YAML readers do not see" : "a control character"
    return Diagnostic(
      .syntax, "not YAML: expected text; \(what) stands here", at: file.span(bytes),
      help: "remove it, or write it as an escape in double quotes")
  }
}
