/// How what the decoder refuses can be mended.
extension Decoder {
  /// Writes a scalar anew. There is no such fix where the file does not hold the scalar itself: for a
  /// default, or a value that was put together from others.
  func rewrite(_ node: Node, as text: String, isSafe: Bool) -> [Fix] {
    guard origin == .written, let scalar = node.scalar, isVerbatim(scalar, node) else { return [] }
    return [.replace(node.span, with: text, isSafe: isSafe)]
  }

  /// The nearest of a closed list of words.
  func respell(_ node: Node, among words: [String]) -> [Fix] {
    guard let text = node.scalar?.text, let near = Suggestion.closest(to: text, among: words) else {
      return []
    }
    return rewrite(
      node, as: near, isSafe: Suggestion.isCertain(text, meaning: near, among: words))
  }

  /// A number that readers of YAML disagree about, or text that needs quotes.
  func disambiguate(_ node: Node, as type: ValueType, instead: String?) -> [Fix] {
    guard let text = node.scalar?.text else { return [] }
    if case .boolean = type {
      let isYes = ["y", "yes", "on"].contains(text.lowercased())
      let isNo = ["n", "no", "off"].contains(text.lowercased())
      return isYes || isNo ? rewrite(node, as: isYes ? "true" : "false", isSafe: true) : []
    }
    guard type.isNumeric else { return rewrite(node, as: "\"\(text)\"", isSafe: true) }
    // To some readers a leading 0 makes another number of the same digits.
    let digits = text.utf8.drop(while: \.isSign)
    let isOctal = digits.first == UInt8(ascii: "0") && digits.dropFirst().first?.isDigit == true
    return instead.map { rewrite(node, as: $0, isSafe: !isOctal) } ?? []
  }

  /// Takes an item out of a list, with what separates it from the one before.
  func removal(of item: Node, after previous: Setting?) -> [Fix] {
    guard origin == .written, let previous, previous.span.path == item.span.path,
      previous.span.bytes.upperBound <= item.span.bytes.lowerBound,
      let file = files[item.span.path], item.span.bytes.upperBound <= file.bytes.count
    else { return [] }
    let between = previous.span.bytes.upperBound..<item.span.bytes.lowerBound
    guard !file.bytes[between].contains(.hash) else { return [] }
    let span = file.span(between.lowerBound..<item.span.bytes.upperBound)
    return [Fix("remove it", isSafe: false, edits: [.init(span, "")])]
  }

  private func isVerbatim(_ scalar: Node.Scalar, _ node: Node) -> Bool {
    guard let file = files[node.span.path], node.span.bytes.upperBound <= file.bytes.count else {
      return false
    }
    let written = String(decoding: file.bytes[node.span.bytes], as: UTF8.self)
    switch scalar.style {
    case .plain: return written == scalar.text
    case .singleQuoted: return written == "'\(scalar.text)'"
    case .doubleQuoted: return written == "\"\(scalar.text)\""
    case .block: return false
    }
  }
}
