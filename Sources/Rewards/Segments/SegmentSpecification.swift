import RecipeLanguage

/// A part of every response that a recipe declares: how it is delimited, and which process
/// (perception, reasoning, …) its tokens belong to.
public struct SegmentSpecification: Hashable, Sendable {
  public var name: String
  public var process: String
  /// The text that opens the segment.
  public var open: String
  /// The text that closes it.
  public var close: String
  /// Whether it may occur several times. Neighbours that repeat do so together, as a block: each
  /// occurrence of the block holds each of them once, in the order of declaration.
  public var repeats: Bool

  /// Delimiters that are not given are `<name>` and `</name>`.
  public init(
    name: String, process: String, open: String? = nil, close: String? = nil, repeats: Bool = false
  ) {
    self.name = name
    self.process = process
    self.open = open ?? "<\(name)>"
    self.close = close ?? "</\(name)>"
    self.repeats = repeats
  }

  /// Reads an entry of a recipe's `segments`.
  public init(settings: Record) throws {
    self.init(
      name: settings.name, process: try settings.string("process"),
      open: settings.optionalString("open"), close: settings.optionalString("close"),
      repeats: settings.optionalBoolean("repeats") ?? false)
  }
}

/// What became of a segment in a response. Exactly one holds for each declared segment.
public enum SegmentOutcome: String, Sendable, CaseIterable, Codable {
  /// Opened and closed, with nothing but text inside, in its place: once, or as often as its block.
  case found
  /// Neither delimiter occurs.
  case missing
  /// Closed but never opened before that.
  case unopened
  /// Opened and never closed, although the response ended by itself.
  case unclosed
  /// Opened and not closed when the limit on new tokens cut the response.
  case truncated
  /// Complete once, and one of its delimiters occurs again, though it does not repeat.
  case repeated
  /// It contains a delimiter of a segment, or stands inside another segment.
  case nested
  /// Complete, but on the wrong side of another complete segment, or not once in every block
  /// of its complete neighbours.
  case outOfOrder = "out of order"
}
