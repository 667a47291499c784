/// One declared segment as it occurs in one response.
public struct ParsedSegment: Hashable, Sendable {
  /// One place where the segment stands.
  public struct Occurrence: Hashable, Sendable {
    /// The text inside the delimiters, as it stands.
    public let content: String
    /// The tokens inside the delimiters.
    public let contentTokens: Range<Int>
    /// The tokens with the delimiters, without the end token.
    public let tokens: Range<Int>
  }

  public let specification: SegmentSpecification
  public let outcome: SegmentOutcome
  /// From left to right; empty unless the segment is complete (`found` or `outOfOrder`). One, unless
  /// the segment repeats.
  public let occurrences: [Occurrence]

  public var name: String { specification.name }
  public var isFound: Bool { outcome == .found }
  /// The contents, one per line.
  public var content: String { occurrences.map(\.content).joined(separator: "\n") }
  /// The contents without white space at their ends, one per line.
  public var trimmed: String {
    occurrences.map(\.content.trimmingWhitespace).joined(separator: "\n")
  }
  /// Tokens inside the delimiters, over all occurrences.
  public var contentTokenCount: Int { occurrences.reduce(0) { $0 + $1.contentTokens.count } }
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
