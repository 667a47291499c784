/// What the place that diagnostics are drawn for can show.
public struct RenderStyle: Sendable, Equatable {
  public var colour: Bool
  /// Columns. Nil for a file: notes stay on one line, and long source lines are cut at 100.
  public var width: Int?
  /// The terminal shows nothing but ASCII.
  public var isASCII: Bool

  public init(colour: Bool = false, width: Int? = nil, isASCII: Bool = false) {
    self.colour = colour
    self.width = width
    self.isASCII = isASCII
  }

  /// Prose as the place can show it; what it cannot is escaped.
  func legible(_ text: String) -> String {
    guard isASCII else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "\u{2026}": result += "..."
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default: result += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      }
    }
  }

  /// Prose in lines that fit after `indent` columns; whole words only, measured in cells.
  func wrapped(_ text: String, after indent: Int) -> [String] {
    let text = legible(text)
    guard let width else { return [text] }
    let room = max(24, width - indent)
    var lines: [String] = []
    var line = ""
    var cells = 0
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      let size = Glyphs.cells(of: String(word))
      if cells > 0, cells + 1 + size > room {
        lines.append(line)
        (line, cells) = ("", 0)
      }
      if cells > 0 {
        line += " "
        cells += 1
      }
      line += word
      cells += size
    }
    return lines + [line]
  }
}
