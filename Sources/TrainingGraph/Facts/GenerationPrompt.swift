/// Reads the end of a chat template: what it writes where a response is to begin.
enum GenerationPrompt {
  /// The text that every response begins with because the template of the model has already written
  /// it, such as an opening tag. Only what the template writes without a further condition counts.
  static func responsePrefix(_ template: String) -> String {
    guard let condition = template.range(of: "add_generation_prompt", options: .backwards),
      let start = template[condition.upperBound...].range(of: "%}")
    else { return "" }
    let rest = template[start.upperBound...]
    let block = rest.range(of: "{%").map { rest[..<$0.lowerBound] } ?? rest
    let text = literals(of: String(block))
    guard let turn = text.range(of: "assistant", options: .backwards) else { return "" }
    let prefix = text[turn.upperBound...]
    return String(prefix.first == "\n" ? prefix.dropFirst() : prefix)
  }

  /// Plain text, and the strings written out in `{{ … }}`.
  private static func literals(of block: String) -> String {
    var text = ""
    var rest = block[...]
    while let open = rest.range(of: "{{") {
      text += plain(rest[..<open.lowerBound])
      guard let close = rest[open.upperBound...].range(of: "}}") else { return text }
      text += strings(in: rest[open.upperBound..<close.lowerBound])
      rest = rest[close.upperBound...]
    }
    return text + plain(rest)
  }

  /// Blanks alone are the template's own layout.
  private static func plain(_ text: Substring) -> String {
    text.allSatisfy(\.isWhitespace) ? "" : String(text)
  }

  private static func strings(in expression: Substring) -> String {
    var text = ""
    var quote: Character?
    var isEscaped = false
    for character in expression {
      guard let open = quote else {
        if character == "'" || character == "\"" { quote = character }
        continue
      }
      if isEscaped {
        text.append(character == "n" ? "\n" : character)
        isEscaped = false
      } else if character == "\\" {
        isEscaped = true
      } else if character == open {
        quote = nil
      } else {
        text.append(character)
      }
    }
    return text
  }
}
