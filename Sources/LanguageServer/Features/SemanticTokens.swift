import RecipeLanguage

extension Feature {
  private static let types = ["keyword", "variable", "function", "number", "operator", "property"]

  /// The words of expressions; what is YAML is coloured by the editor already.
  static let semanticTokens = Feature(
    "textDocument/semanticTokens/full", "semanticTokensProvider",
    [
      "legend": ["tokenTypes": .array(types.map { .string($0) }), "tokenModifiers": []],
      "full": true,
    ]
  ) { workspace, params throws(ResponseError) in
    let text = try workspace.document(params).chain.first
    var data: [JSON] = []
    var last = (line: 0, character: 0)
    for (range, type) in tokens(of: text) {
      let start = text.lines.position(of: range.lowerBound, workspace.encoding)
      let end = text.lines.position(of: range.upperBound, workspace.encoding)
      guard start.line == end.line else { continue }
      let column = start.line == last.line ? start.character - last.character : start.character
      let numbers = [
        start.line - last.line, column, end.character - start.character,
        types.firstIndex(of: type) ?? 0, 0,
      ]
      data += numbers.map { JSON($0) }
      last = start
    }
    return ["data": .array(data)]
  }

  private static func tokens(of text: DraftFile) -> [(Range<Int>, String)] {
    text.places.flatMap { place -> [(Range<Int>, String)] in
      guard let scalar = place.node.scalar, case .expression? = place.type?.unwrapped else {
        return []
      }
      let bytes = Array(scalar.text.utf8)
      let start = scalar.inner.lowerBound
      return Words.tokens(bytes).map { range, type in
        (start + range.lowerBound..<start + range.upperBound, type)
      }
    }
  }
}

extension Words {
  /// Every token of an expression with its semantic type.
  fileprivate static func tokens(_ text: [UInt8]) -> [(Range<Int>, String)] {
    var tokens: [(Range<Int>, String)] = []
    var offset = 0
    while offset < text.count {
      let start = offset
      let byte = text[offset]
      if isDigit(byte) {
        while offset < text.count, isNamePart(text[offset]) || text[offset] == UInt8(ascii: ".") {
          offset += 1
        }
        tokens.append((start..<offset, "number"))
      } else if isNamePart(byte) {
        while offset < text.count, isNamePart(text[offset]) { offset += 1 }
        let word = String(decoding: text[start..<offset], as: UTF8.self)
        let type =
          ofExpressions.contains(word)
          ? "keyword"
          : isCall(text, after: offset)
            ? "function"
            : start > 0 && text[start - 1] == UInt8(ascii: ".") ? "property" : "variable"
        tokens.append((start..<offset, type))
      } else if "<>=!+-*/".utf8.contains(byte) {
        while offset < text.count, "<>=!+-*/".utf8.contains(text[offset]) { offset += 1 }
        tokens.append((start..<offset, "operator"))
      } else {
        offset += 1
      }
    }
    return tokens
  }
}
