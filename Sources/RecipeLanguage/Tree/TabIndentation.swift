/// Finds the lines that are indented with a tab, as many as syntax errors are told of.
enum TabIndentation {
  static func diagnostics(in file: SourceFile) -> [Diagnostic] {
    var found: [Diagnostic] = []
    /// Indentation of the line before, mended, and whether it opens a record or list.
    var above = (indent: 0, opens: false)
    for start in file.lineStarts where found.count < Limits.syntaxErrors {
      var offset = start
      var tab: Int?
      while let byte = file.bytes[safe: offset], byte.isBlank {
        if byte == .tab, tab == nil { tab = offset }
        offset += 1
      }
      guard let next = file.bytes[safe: offset], next != .newline, next != .carriageReturn,
        next != .hash
      else { continue }
      var indent = offset - start
      if let tab {
        let isTabsOnly = file.bytes[start..<offset].allSatisfy { $0 == .tab }
        let levels = 2 * (offset - start)
        let expected = above.indent + (above.opens ? 2 : 0)
        // A tab for each level of two spaces, right below its own: nothing else can have been meant.
        let isSafe = isTabsOnly && levels == expected
        indent = isTabsOnly && levels <= above.indent + 2 ? levels : expected
        found.append(
          Diagnostic(
            .tabIndentation, "this line is indented with a tab; YAML allows only spaces there",
            at: file.span(tab..<tab + 1), help: "indent with two spaces",
            fixes: [
              Fix(
                "indent with \(indent) spaces", isSafe: isSafe,
                edits: [
                  .init(file.span(start..<offset), String(repeating: " ", count: indent))
                ])
            ]))
      }
      above = (indent, opensBlock(file.bytes, from: offset))
    }
    return found
  }

  /// Whether the last character of a line, before any comment, is a colon.
  private static func opensBlock(_ bytes: [UInt8], from start: Int) -> Bool {
    var last: UInt8?
    var offset = start
    while let byte = bytes[safe: offset], byte != .newline, byte != .carriageReturn {
      if byte == .hash, bytes[safe: offset - 1]?.isBlank == true { break }
      if !byte.isBlank { last = byte }
      offset += 1
    }
    return last == UInt8(ascii: ":")
  }
}
