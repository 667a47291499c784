/// Columns of text, as wide as their widest cell.
struct TextTable {
  var header: [String]
  var rows: [[String]]
  /// The columns that are set to the right: numbers.
  var numbers: Set<Int> = []

  /// The header first, where it has any text.
  func lines(_ console: Console) -> [String] {
    let all = [header] + rows
    let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    let lines = all.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return numbers.contains(column) ? padding + row[column] : row[column] + padding
      }
      var line = "  " + cells.joined(separator: "   ")
      while line.last == " " { line.removeLast() }
      return line
    }
    guard header.contains(where: { !$0.isEmpty }) else { return Array(lines.dropFirst()) }
    return [console.style(lines[0], .faint)] + lines.dropFirst()
  }
}
