/// One source line as a terminal shows it: the cells each character takes, nothing that a terminal
/// would obey.
struct Glyphs {
  private let characters: [(text: String, cells: Int)]

  init(_ line: String) {
    characters = line.unicodeScalars.map { scalar in
      scalar == "\t" ? ("  ", 2) : (Glyphs.printable(scalar), Glyphs.cells(scalar))
    }
  }

  var count: Int { characters.count }

  struct View {
    var text: String
    /// Cell at which each shown character begins, and one more for the end.
    fileprivate var starts: [Int]
    fileprivate var shown: Range<Int>

    /// The cells that a range of characters covers; at least one.
    func cells(of columns: Range<Int>) -> Range<Int> {
      let start = cell(columns.lowerBound)
      return start..<max(start + 1, cell(columns.upperBound))
    }

    private func cell(_ column: Int) -> Int {
      starts[min(max(column, shown.lowerBound), shown.upperBound) - shown.lowerBound]
    }
  }

  /// The whole line, or, when it is wider than `width`, the part around the marked columns.
  func window(around marks: [Range<Int>], width: Int) -> View {
    var shown = 0..<count
    if count > width {
      let first = marks.map(\.lowerBound).min() ?? 0
      let start = max(0, min(first - width / 3, count - width))
      shown = start..<min(count, start + width)
    }
    var text = shown.lowerBound > 0 ? "..." : ""
    var cell = text.count
    var starts: [Int] = []
    for character in characters[shown] {
      starts.append(cell)
      text += character.text
      cell += character.cells
    }
    starts.append(cell)
    if shown.upperBound < count { text += "..." }
    return View(text: text, starts: starts, shown: shown)
  }

  /// Text from a file, safe to print: control characters are shown as `?`.
  static func clean(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { $0 += printable($1) }
  }

  private static func printable(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: "?"
    case .format: ""
    default: String(scalar)
    }
  }

  private static func cells(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
