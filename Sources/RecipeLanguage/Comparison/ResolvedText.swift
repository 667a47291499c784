import Foundation

/// The lines of a resolved recipe, each with the path of what it sets.
struct ResolvedText {
  struct Line: Equatable {
    var number: Int
    /// `stages.rl.steps`; the line itself where it sets nothing.
    var path: String
    /// As it is spelled; empty for a record.
    var value: String
  }

  let lines: [Line]

  init(_ text: String) {
    var above: [(indent: Int, key: String)] = []
    var lines: [Line] = []
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
    {
      guard line.contains(where: { !$0.isWhitespace }) else { continue }
      let indent = line.prefix { $0 == " " }.count
      guard let (key, value) = Self.entry(line.dropFirst(indent)) else {
        lines.append(Line(number: index + 1, path: String(line), value: String(line)))
        continue
      }
      above.removeAll { $0.indent >= indent }
      above.append((indent, key))
      lines.append(
        Line(number: index + 1, path: above.map(\.key).joined(separator: "."), value: value))
    }
    self.lines = lines
  }

  /// `key: value`, or `key:`; nil for a line that is neither.
  private static func entry(_ line: Substring) -> (key: String, value: String)? {
    guard let first = line.first, first != "#", first != "-" else { return nil }
    var end = line.startIndex
    if first == "\"" {
      var isEscaped = false
      end = line.index(after: end)
      while end < line.endIndex, isEscaped || line[end] != "\"" {
        isEscaped = !isEscaped && line[end] == "\\"
        end = line.index(after: end)
      }
    }
    guard let mark = line[end...].firstIndex(of: ":") else { return nil }
    let value = line[line.index(after: mark)...]
    guard value.isEmpty || value.first == " " else { return nil }
    return (unquoted(String(line[..<mark])), String(value.dropFirst()))
  }

  /// The text that a value spells.
  static func unquoted(_ value: String) -> String {
    guard value.first == "\"",
      let text = try? JSONDecoder().decode(String.self, from: Data(value.utf8))
    else { return value }
    return text.replacing("$${", with: "${")
  }
}
