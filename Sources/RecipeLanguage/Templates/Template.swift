/// Text with holes that are filled for every question or verdict: `{item.problem}`,
/// `{segment.observation | fence}`.
///
/// A fence sets model text apart, so that nothing in it can pass for instructions of the prompt.
public struct Template: Sendable, Hashable {
  /// A place to be filled.
  public struct Hole: Sendable, Hashable {
    /// `item.<column>` or `segment.<name>`.
    public let source: String
    public let isFenced: Bool
    /// From brace to brace, in the recipe or in the prompt file.
    public let span: SourceSpan
    /// The name alone: the column, or the segment.
    public let nameSpan: SourceSpan
  }

  public enum Part: Sendable, Hashable {
    case text(String)
    case hole(Hole)
  }

  /// As written.
  public let text: String
  public let parts: [Part]
  /// Literal `{word}`s, which may be holes whose `item.` or `segment.` was forgotten.
  let bareWords: [Hole]
  /// Everything, in the recipe or in the prompt file.
  public let span: SourceSpan

  public var holes: [Hole] {
    parts.compactMap { part in
      if case .hole(let hole) = part { return hole }
      return nil
    }
  }

  /// Reads a text without saying where it comes from; what is malformed stays literal.
  public init(_ text: String) {
    let file = SourceFile(path: "", text: text)
    self.init(TemplateReader.read(text), text, span: file.span(0..<file.bytes.count)) {
      file.span($0)
    }
  }

  init(
    _ reading: TemplateReader.Reading, _ text: String, span: SourceSpan,
    place: (Range<Int>) -> SourceSpan
  ) {
    let bytes = Array(text.utf8)
    self.text = text
    self.span = span
    parts = reading.parts.map { part in
      switch part {
      case .text(let range): .text(String(decoding: bytes[range], as: UTF8.self))
      case .hole(let source, let isFenced, let range, let name):
        .hole(
          Hole(source: source, isFenced: isFenced, span: place(range), nameSpan: place(name)))
      }
    }
    bareWords = reading.bareWords.map {
      Hole(source: $0.word, isFenced: false, span: place($0.range), nameSpan: place($0.range))
    }
  }

  /// The text with every hole filled by `value`; what is filled in is never read as a template.
  public func filled<Failure: Error>(
    _ value: (Hole) throws(Failure) -> String
  ) throws(Failure) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .hole(let hole): result += try value(hole)
      }
    }
    return result
  }
}
