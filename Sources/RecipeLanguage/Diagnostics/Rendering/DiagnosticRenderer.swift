/// Draws diagnostics for a terminal, in the manner of rustc: headline, place, source line, carets,
/// notes and help.
public struct DiagnosticRenderer: Sendable {
  private let files: [String: SourceFile]
  private let style: RenderStyle

  /// - Parameter files: `CheckResult.files`; a place in another file is shown without its source.
  public init(files: [SourceFile], style: RenderStyle) {
    self.files = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    self.style = style
  }

  public init(files: [SourceFile], colour: Bool = false) {
    self.init(files: files, style: RenderStyle(colour: colour))
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
    let accent: Paint =
      switch diagnostic.severity {
      case .error: .red
      case .warning: .yellow
      case .note: .blue
      }
    let title = "\(diagnostic.severity)[\(diagnostic.code.name) \(diagnostic.code.slug)]"
    let message = style.legible(Glyphs.clean(diagnostic.message))
    var lines = [paint(title, accent) + paint(": \(message)", .bold)]

    var marks = [
      Mark(diagnostic.span, diagnostic.label, symbol: "^", paint: accent, files, style)
    ]
    marks += diagnostic.secondary.map {
      Mark($0.span, $0.text, symbol: "-", paint: .blue, files, style)
    }
    let gutter = String(marks.map(\.lines.upperBound).max() ?? 1).count
    let margin = String(repeating: " ", count: gutter)

    var paths: [String] = []
    for mark in marks where !paths.contains(mark.path) { paths.append(mark.path) }
    for (index, path) in paths.enumerated() {
      let inFile = marks.filter { $0.path == path }
      guard let first = inFile.first else { continue }
      if index > 0 { lines.append("\(margin) \(paint("|", .blue))") }
      let arrow = paint(index == 0 ? "-->" : ":::", .blue)
      lines.append("\(margin)\(arrow) \(style.legible(Glyphs.clean(first.place)))")
      guard let file = files[path], !file.bytes.isEmpty, showsSource(of: diagnostic) else {
        continue
      }
      lines += Snippet(file: file, marks: inFile, gutter: gutter, style: style).lines
    }
    return (lines + remarks(of: diagnostic, margin)).joined(separator: "\n") + "\n"
  }

  /// A note at the very beginning of a file is about the file, not about its first line; and a key that
  /// should not be in a file is not printed into logs.
  private func showsSource(of diagnostic: Diagnostic) -> Bool {
    let isAboutTheFile = diagnostic.severity == .note && diagnostic.span.bytes == 0..<0
    return !isAboutTheFile && diagnostic.code != .literalKey
  }

  /// Notes and help, each under the first word of its own text.
  private func remarks(of diagnostic: Diagnostic, _ margin: String) -> [String] {
    let remarks =
      diagnostic.notes.map { ("note", $0) } + (diagnostic.help.map { [("help", $0)] } ?? [])
    guard !remarks.isEmpty else { return [] }
    var lines = ["\(margin) \(paint("|", .blue))"]
    for (kind, text) in remarks {
      let indent = margin.count + 9
      // A note of several lines is a drawing, whose columns matter.
      let drawing = text.split(separator: "\n").map { Glyphs.clean(String($0)) }
      let shown = drawing.count > 1 ? drawing : style.wrapped(Glyphs.clean(text), after: indent)
      for (index, line) in shown.enumerated() {
        lines.append(
          index == 0
            ? "\(margin) \(paint("=", .blue)) \(paint(kind, .bold)): \(line)"
            : String(repeating: " ", count: indent) + line)
      }
    }
    return lines
  }

  private func paint(_ text: String, _ paint: Paint) -> String { paint.apply(to: text, style) }
}

/// Colours of a terminal, by what they are used for.
enum Paint: String {
  case red = "1;31"
  case yellow = "1;33"
  case blue = "1;34"
  case bold = "1"

  func apply(to text: String, _ style: RenderStyle) -> String {
    style.colour && !text.isEmpty ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
  }
}

/// A place to underline, with its text.
struct Mark {
  let path: String
  /// `file:line:column`.
  let place: String
  /// First and last line with a marked character.
  let lines: ClosedRange<Int>
  /// The first marked character of the first line, from 0.
  let start: Int
  /// One past the last marked character of the last line.
  let end: Int
  let text: String?
  let symbol: Character
  let paint: Paint

  init(
    _ span: SourceSpan, _ text: String?, symbol: Character, paint: Paint,
    _ files: [String: SourceFile], _ style: RenderStyle
  ) {
    path = span.path
    place = span.description
    start = span.start.column - 1
    // A span that ends before the first character of a line ends with the line above.
    let overhangs = span.end.column == 1 && span.end.line > span.start.line
    let last = overhangs ? span.end.line - 1 : span.end.line
    lines = span.start.line...max(span.start.line, last)
    end =
      overhangs
      ? files[span.path]?.line(lines.upperBound).unicodeScalars.count ?? start + 1
      : span.end.column - 1
    self.text = text.map { style.legible(Glyphs.clean($0)) }
    self.symbol = symbol
    self.paint = paint
  }

  var isOnOneLine: Bool { lines.count == 1 }
}
