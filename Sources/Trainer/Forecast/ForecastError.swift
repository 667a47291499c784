/// Why memory and work of a run are not predicted.
public enum ForecastError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A step computes so many rows, of tokens or of patches, that nothing about them can be counted.
  case tooManyRows(Int)

  public var description: String {
    switch self {
    case .tooManyRows(let rows):
      "a step of \(rows) tokens or patches is more than any machine computes; take fewer records, "
        + "prompts or responses at once, or shorter ones"
    }
  }
}
