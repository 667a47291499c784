/// The marked lines of one file with what is drawn below them.
///
/// Marks of several lines have a bar each on the left; marks of one line share a row of carets, the
/// rightmost text beside it and the others below, each on a thread of its own.
struct Snippet {
  let file: SourceFile
  let marks: [Mark]
  /// Digits of the largest line number.
  let gutter: Int
  let style: RenderStyle

  private var tall: [Mark] { marks.filter { !$0.isOnOneLine } }

  var lines: [String] {
    var rows = [blank]
    var previous: Int?
    for number in shownLines {
      if let previous, number > previous + 1 { rows.append(skipped(after: previous)) }
      previous = number
      rows += row(number)
    }
    return rows
  }

  /// First and last lines of marks; a mark of three lines is shown whole.
  private var shownLines: [Int] {
    marks.reduce(into: Set<Int>()) { lines, mark in
      if mark.lines.count <= 3 {
        lines.formUnion(mark.lines)
      } else {
        lines.formUnion([mark.lines.lowerBound, mark.lines.upperBound])
      }
    }.sorted()
  }

  /// A line as it is shown; of one that nobody reads to its end, the beginning.
  private func glyphs(_ number: Int) -> Glyphs {
    let line = file.line(number).unicodeScalars.prefix(10_000)
    return Glyphs(String(String.UnicodeScalarView(line)), isASCII: style.isASCII)
  }

  // MARK: Rows

  private func row(_ number: Int) -> [String] {
    let source = glyphs(number)
    let flat = marks.filter { $0.isOnOneLine && $0.lines.lowerBound == number }
    let begins = tall.filter { $0.lines.lowerBound == number }
    let ends = tall.filter { $0.lines.upperBound == number }
    let columns =
      flat.map { $0.start..<max($0.start + 1, $0.end) } + begins.map { $0.start..<$0.start + 1 }
      + ends.map { max(0, $0.end - 1)..<max(1, $0.end) }
    let view = source.window(around: columns, width: room)

    let label = String(number)
    let pad = String(repeating: " ", count: gutter - label.count)
    let bars = bars { mark in
      if mark.lines.lowerBound == number { return mark.start <= source.firstVisible ? "/" : " " }
      return mark.lines.contains(number) ? "|" : " "
    }
    let line = "\(pad)\(paint(label, .blue)) \(bar) \(bars)\(view.text)"
    var rows = [trimmed(line)]
    rows += underlines(flat, view, below: number)
    for (index, mark) in tall.enumerated() {
      if mark.lines.lowerBound == number, mark.start > source.firstVisible {
        let cell = view.cells(of: mark.start..<mark.start + 1).lowerBound
        rows.append(elbow(index, to: cell, text: "", below: number, opens: true))
      }
      if mark.lines.upperBound == number {
        let cell = view.cells(of: max(0, mark.end - 1)..<max(1, mark.end)).upperBound - 1
        let text = mark.text.map { " " + $0 } ?? ""
        rows.append(elbow(index, to: cell, text: text, below: number, opens: false))
      }
    }
    return rows
  }

  /// One row of carets for all marks of the line, then their texts.
  private func underlines(_ marks: [Mark], _ view: Glyphs.View, below number: Int) -> [String] {
    guard !marks.isEmpty else { return [] }
    let places = marks.map { mark in
      (mark: mark, cells: view.cells(of: mark.start..<max(mark.start + 1, mark.end)))
    }.sorted { $0.cells.lowerBound < $1.cells.lowerBound }
    var carets = Row()
    for place in places.sorted(by: { a, b in a.mark.symbol == "-" && b.mark.symbol != "-" }) {
      carets.put(String(repeating: place.mark.symbol, count: place.cells.count), place)
    }
    var hanging = places.filter { $0.mark.text != nil }
    let right = places.map(\.cells.upperBound).max() ?? 0
    if let last = hanging.last, last.cells.upperBound == right,
      !places.contains(where: { $0.cells.lowerBound > last.cells.lowerBound })
    {
      carets.put(" " + (last.mark.text ?? ""), at: right, last.mark.paint)
      hanging.removeLast()
    }
    var rows = [carets]
    if !hanging.isEmpty {
      var threads = Row()
      for place in hanging { threads.put("|", at: place.cells.lowerBound, place.mark.paint) }
      rows.append(threads)
    }
    while let place = hanging.popLast() {
      var row = Row()
      for other in hanging where other.cells.lowerBound < place.cells.lowerBound {
        row.put("|", at: other.cells.lowerBound, other.mark.paint)
      }
      row.put(place.mark.text ?? "", at: place.cells.lowerBound, place.mark.paint)
      rows.append(row)
    }
    let left = bars { $0.lines.contains(number) && isOpen($0, below: number) ? "|" : " " }
    return rows.map { trimmed("\(margin) \(bar) \(left)\($0.text(style))") }
  }

  /// The row on which the bar of a tall mark turns towards its first or last character.
  private func elbow(
    _ index: Int, to cell: Int, text: String, below number: Int, opens: Bool
  ) -> String {
    let mark = tall[index]
    var left = ""
    for (place, other) in tall.enumerated() {
      if place == index {
        left += opens ? " " : paint("|", mark.paint)
      } else if place > index {
        left += paint("_", mark.paint)
      } else {
        left += isOpen(other, below: number) ? paint("|", other.paint) : " "
      }
    }
    let line = String(repeating: "_", count: cell + 1) + String(mark.symbol) + text
    return trimmed("\(margin) \(bar) \(left)\(paint(line, mark.paint))")
  }

  /// Whether the bar of a tall mark runs through the rows below a line.
  private func isOpen(_ mark: Mark, below number: Int) -> Bool {
    if mark.lines.lowerBound == number {
      return mark.start <= glyphs(number).firstVisible
    }
    return mark.lines.contains(number)
  }

  private func skipped(after number: Int) -> String {
    let bars = bars { $0.lines.contains(number) && $0.lines.contains(number + 1) ? "|" : " " }
    guard bars.contains("|") else { return paint("...", .blue) }
    return trimmed(
      paint("...", .blue) + String(repeating: " ", count: max(1, gutter)) + bars)
  }

  // MARK: Pieces

  private func bars(_ symbol: (Mark) -> Character) -> String {
    guard !tall.isEmpty else { return "" }
    return tall.map { mark in
      let character = symbol(mark)
      return character == " " ? " " : paint(String(character), mark.paint)
    }.joined() + " "
  }

  private var room: Int {
    guard let width = style.width else { return 100 }
    return max(24, width - gutter - 3 - (tall.isEmpty ? 0 : tall.count + 1))
  }

  private var bar: String { paint("|", .blue) }
  private var margin: String { String(repeating: " ", count: gutter) }
  private var blank: String { "\(margin) \(bar)" }
  private func paint(_ text: String, _ paint: Paint) -> String { paint.apply(to: text, style) }

  private func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

/// Text with a colour for each character, put together from pieces. Wide characters come last, so that
/// characters and cells are the same before them.
private struct Row {
  private var cells: [(character: Character, paint: Paint?)] = []

  mutating func put(_ text: String, _ place: (mark: Mark, cells: Range<Int>)) {
    put(text, at: place.cells.lowerBound, place.mark.paint)
  }

  mutating func put(_ text: String, at cell: Int, _ paint: Paint) {
    while cells.count < cell { cells.append((" ", nil)) }
    for (offset, character) in text.enumerated() {
      if cell + offset < cells.count {
        cells[cell + offset] = (character, paint)
      } else {
        cells.append((character, paint))
      }
    }
  }

  func text(_ style: RenderStyle) -> String {
    var text = ""
    var run = ""
    var paint: Paint?
    func close() { text += paint.map { $0.apply(to: run, style) } ?? run }
    for cell in cells {
      if cell.paint != paint {
        close()
        (run, paint) = ("", cell.paint)
      }
      run.append(cell.character)
    }
    close()
    return text
  }
}
