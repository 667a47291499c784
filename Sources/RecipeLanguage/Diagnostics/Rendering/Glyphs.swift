/// One source line as a terminal shows it: the cells each character takes, nothing that a terminal
/// would obey.
struct Glyphs {
  private let characters: [(text: String, cells: Int)]
  /// Whether a character is a blank, by place.
  private let blanks: Int

  /// - Parameter isASCII: other characters become question marks, as many as they have cells.
  init(_ line: String, isASCII: Bool = false) {
    characters = line.unicodeScalars.map { scalar in
      if scalar == "\t" { return ("  ", 2) }
      let text = Glyphs.printable(scalar)
      let cells = text.unicodeScalars.reduce(0) { $0 + CellWidth.of($1) }
      return isASCII && !scalar.isASCII
        ? (String(repeating: "?", count: cells), cells) : (text, cells)
    }
    blanks = line.unicodeScalars.prefix { $0 == " " || $0 == "\t" }.count
  }

  var count: Int { characters.count }

  /// The first character that is no blank.
  var firstVisible: Int { blanks }

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
    let shown = range(around: marks, width: width)
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

  private func range(around marks: [Range<Int>], width: Int) -> Range<Int> {
    let total = characters.reduce(0) { $0 + $1.cells }
    guard total > width else { return 0..<count }
    let room = max(8, width - 6)
    let first = min(max(0, marks.map(\.lowerBound).min() ?? 0), count)
    // A third of the room goes to what stands before the first mark, more when little follows it.
    let after = characters[first...].reduce(0) { $0 + $1.cells }
    var start = first
    var used = 0
    let before = max(room / 3, room - after)
    while start > 0, used + characters[start - 1].cells <= before {
      start -= 1
      used += characters[start].cells
    }
    var end = first
    while end < count, used + characters[end].cells <= room {
      used += characters[end].cells
      end += 1
    }
    return start..<end
  }

  /// Text from a file, safe to print: control characters are shown as `?`.
  static func clean(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { $0 += printable($1) }
  }

  static func cells(of text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + CellWidth.of($1) }
  }

  private static func printable(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .lineSeparator, .paragraphSeparator: "?"
    case .format: ""
    default: String(scalar)
    }
  }
}
