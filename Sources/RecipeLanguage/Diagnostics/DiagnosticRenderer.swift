/// Draws diagnostics for a terminal, in the manner of rustc: headline, place, source line, carets,
/// notes and help.
public struct DiagnosticRenderer: Sendable {
  private let files: [String: SourceFile]
  private let colour: Bool
  /// Columns of source shown of a long line.
  private let width = 100

  /// - Parameter files: `CheckResult.files`; a place in another file is shown without its source.
  public init(files: [SourceFile], colour: Bool = false) {
    self.files = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    self.colour = colour
  }

  /// All of them, with a last line that counts.
  public func render(_ diagnostics: [Diagnostic]) -> String {
    guard !diagnostics.isEmpty else { return "" }
    let counts = [(Diagnostic.Severity.error, "error"), (.warning, "warning"), (.note, "note")]
      .compactMap {
        severity, noun -> String? in
        let count = diagnostics.count { $0.severity == severity }
        return count == 0 ? nil : "\(count) \(noun)\(count == 1 ? "" : "s")"
      }
    return diagnostics.map(render).joined(separator: "\n") + "\n"
      + counts.joined(separator: ", ") + "\n"
  }

  public func render(_ diagnostic: Diagnostic) -> String {
    let accent: Style =
      switch diagnostic.severity {
      case .error: .red
      case .warning: .yellow
      case .note: .blue
      }
    let title = "\(diagnostic.severity)[\(diagnostic.code.name) \(diagnostic.code.slug)]"
    var lines = [paint(title, accent) + paint(": \(Glyphs.clean(diagnostic.message))", .bold)]

    var marks = [Mark(span: diagnostic.span, text: diagnostic.label, symbol: "^", style: accent)]
    marks += diagnostic.secondary.map {
      Mark(span: $0.span, text: $0.text, symbol: "-", style: .blue)
    }
    let gutter = String(marks.map(\.span.start.line).max() ?? 1).count
    let margin = String(repeating: " ", count: gutter)

    var paths: [String] = []
    for mark in marks where !paths.contains(mark.span.path) { paths.append(mark.span.path) }
    for (index, path) in paths.enumerated() {
      let inFile = marks.filter { $0.span.path == path }
      guard let first = inFile.first else { continue }
      if index > 0 { lines.append("\(margin) \(paint("|", .blue))") }
      lines.append("\(margin)\(paint(index == 0 ? "-->" : ":::", .blue)) \(first.span)")
      guard let file = files[path], !file.bytes.isEmpty else { continue }
      lines += snippet(of: file, inFile, gutter: gutter)
    }
    let remarks =
      diagnostic.notes.map { ("note", $0) } + (diagnostic.help.map { [("help", $0)] } ?? [])
    if !remarks.isEmpty { lines.append("\(margin) \(paint("|", .blue))") }
    for (kind, text) in remarks {
      lines.append("\(margin) \(paint("=", .blue)) \(paint(kind, .bold)): \(Glyphs.clean(text))")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private struct Mark {
    var span: SourceSpan
    var text: String?
    var symbol: Character
    var style: Style
  }

  private func snippet(of file: SourceFile, _ marks: [Mark], gutter: Int) -> [String] {
    let margin = String(repeating: " ", count: gutter)
    let bar = paint("|", .blue)
    var lines = ["\(margin) \(bar)"]
    var previous: Int?
    for number in Set(marks.map(\.span.start.line)).sorted() {
      if let previous, number > previous + 1 { lines.append(paint("...", .blue)) }
      previous = number
      let onLine = marks.filter { $0.span.start.line == number }
        .sorted { $0.span.start.column < $1.span.start.column }
      let source = Glyphs(file.line(number))
      let view = source.window(around: onLine.map { columns($0.span, source) }, width: width)
      let label = String(number)
      let pad = String(repeating: " ", count: gutter - label.count)
      lines.append("\(pad)\(paint(label, .blue)) \(bar) \(view.text)")
      for mark in onLine {
        let cells = view.cells(of: columns(mark.span, source))
        let carets = String(repeating: mark.symbol, count: cells.count)
        let text = mark.text.map { " " + Glyphs.clean($0) } ?? ""
        let indent = String(repeating: " ", count: cells.lowerBound)
        lines.append("\(margin) \(bar) \(indent)\(paint(carets + text, mark.style))")
      }
    }
    return lines
  }

  /// The characters of a span on its first line; at least one.
  private func columns(_ span: SourceSpan, _ source: Glyphs) -> Range<Int> {
    let start = min(span.start.column - 1, source.count)
    let end = span.end.line == span.start.line ? span.end.column - 1 : source.count
    return start..<max(start + 1, end)
  }

  private enum Style: String {
    case red = "1;31"
    case yellow = "1;33"
    case blue = "1;34"
    case bold = "1"
  }

  private func paint(_ text: String, _ style: Style) -> String {
    colour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }
}
