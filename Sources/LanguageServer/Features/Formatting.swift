import RecipeLanguage

extension Feature {
  /// The canonical form of the text. A text with syntax errors stays as it is.
  static let formatting = Feature("textDocument/formatting", "documentFormattingProvider") {
    workspace, params throws(ResponseError) in
    let text = try workspace.document(params).chain.first
    let source = SourceFile(path: text.path, text: text.text(0..<text.lines.bytes.count))
    let formatted: String
    do throws(RecipeFormatter.Refusal) {
      formatted = try RecipeFormatter.format(source, vocabulary: workspace.language.vocabulary)
    } catch {
      let reason = error.diagnostics.first?.message ?? "it cannot be read"
      throw .requestFailed("the recipe stays as it is: \(reason)")
    }
    guard let (range, replacement) = difference(text.lines, Array(formatted.utf8)) else {
      return []
    }
    return [
      [
        "range": text.lines.json(range, workspace.encoding),
        "newText": .string(String(decoding: replacement, as: UTF8.self)),
      ]
    ]
  }

  /// The lines between the first and the last that differ, so that cursors elsewhere stay.
  private static func difference(
    _ old: LineTable, _ new: [UInt8]
  ) -> (range: Range<Int>, replacement: [UInt8])? {
    guard old.bytes != new else { return nil }
    let shared = zip(old.bytes, new).prefix { $0 == $1 }.count
    let start = old.starts[old.line(of: shared)]
    let most = min(old.bytes.count, new.count) - start
    var tail = zip(old.bytes.reversed(), new.reversed()).prefix(most).prefix { $0 == $1 }.count
    // Back to a line that both begin.
    let newline = UInt8(ascii: "\n")
    while tail > 0, new.count - tail > start,
      new[new.count - tail - 1] != newline
        || old.bytes[old.bytes.count - tail - 1] != newline
    {
      tail -= 1
    }
    return (start..<old.bytes.count - tail, Array(new[start..<new.count - tail]))
  }
}
