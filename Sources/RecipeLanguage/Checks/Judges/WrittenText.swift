/// Every text of a recipe with its place: scalars, keys, and the prompts in files beside it.
struct WrittenText {
  let text: String
  let span: SourceSpan
  /// Where the text is the whole of a prompt file, that file: places in it are exact.
  let file: SourceFile?

  /// The place of a range of the text, as exactly as it is known.
  func span(_ range: Range<Int>) -> SourceSpan { file?.span(range) ?? span }

  static func all(_ input: CheckInput) -> [WrittenText] {
    var found: [WrittenText] = []
    visit(input.tree) { found.append(WrittenText(text: $0, span: $1, file: nil)) }
    return found
      + input.promptFiles.map {
        WrittenText(text: $0.text, span: $0.span(0..<$0.bytes.count), file: $0)
      }
  }

  private static func visit(_ node: Node, _ see: (String, SourceSpan) -> Void) {
    switch node.content {
    case .rejected: break
    case .scalar(let scalar): see(scalar.text, node.span)
    case .sequence(let items): items.forEach { visit($0, see) }
    case .mapping(let entries):
      for entry in entries {
        see(entry.key, entry.keySpan)
        visit(entry.value, see)
      }
    }
  }
}
