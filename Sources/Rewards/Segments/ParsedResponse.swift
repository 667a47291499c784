/// One declared segment as it occurs in one response.
public struct ParsedSegment: Hashable, Sendable {
  public let specification: SegmentSpecification
  public let outcome: SegmentOutcome
  /// The text inside the delimiters, as it stands; empty unless the segment is complete (`found`
  /// or `outOfOrder`).
  public let content: String
  /// The tokens inside the delimiters; empty unless the segment is complete.
  public let contentTokens: Range<Int>
  /// The tokens of the segment with its delimiters, without the end token; empty unless the
  /// segment is complete.
  public let tokens: Range<Int>

  public var name: String { specification.name }
  public var isFound: Bool { outcome == .found }
  /// The content without white space at its ends.
  public var trimmed: String { content.trimmingWhitespace }
}

/// What one token of a response is part of.
public enum ResponsePart: Hashable, Sendable {
  case segment(String)
  /// White space and stray text between, before and after segments, and everything in segments
  /// that are not complete.
  case rest

  /// The segment's name, or `rest`.
  public var label: String {
    switch self {
    case .segment(let name): return name
    case .rest: return "rest"
    }
  }
}

/// A response with its segments.
public struct ParsedResponse: Hashable, Sendable {
  public let response: Response
  /// One per declared segment, in the order of declaration.
  public let segments: [ParsedSegment]
  /// One per token.
  public let parts: [ResponsePart]
  /// Whether there is text other than white space outside complete segments.
  public let strayText: Bool

  /// The segment of that name; nil when none is declared.
  public func segment(_ name: String) -> ParsedSegment? {
    segments.first { $0.name == name }
  }

  /// The process of every token; nil for tokens of the rest.
  public func processes() -> [String?] {
    let byName = Dictionary(
      segments.map { ($0.name, $0.specification.process) }, uniquingKeysWith: { first, _ in first })
    return parts.map { part in
      switch part {
      case .segment(let name): return byName[name]
      case .rest: return nil
      }
    }
  }
}
