/// Lines on a terminal that are drawn again in their place.
struct Picture: Sendable {
  private var drawnLines = 0

  /// Replaces what was drawn before. It is one write, so that nothing flickers: back to the first line, then
  /// each line followed by "erase to its end".
  mutating func draw(_ lines: [String], on console: Console) {
    let back = drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r" : "\r"
    console.error(back + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
    drawnLines = lines.count
  }

  /// Takes it away.
  mutating func clear(_ console: Console) {
    guard drawnLines > 0 else { return }
    console.error("\u{1B}[\(drawnLines)A\r\u{1B}[J")
    drawnLines = 0
  }
}
