/// Shows a recipe with its keys and comments set apart.
enum RecipeHighlight {
  static func html(_ recipe: String) -> HTML {
    var result: HTML = ""
    for line in recipe.split(separator: "\n", omittingEmptySubsequences: false) {
      let (code, comment) = splitComment(line)
      if let colon = code.firstIndex(of: ":"),
        code[..<colon].allSatisfy({ $0.isLetter || $0.isNumber || " _-.\"".contains($0) })
      {
        result += "<b>\(code[..<colon])</b>\(code[colon...])"
      } else {
        result += HTML(text: code)
      }
      if !comment.isEmpty { result += "<i>\(comment)</i>" }
      result += "\n"
    }
    return result
  }

  /// A comment starts with `#` at the line's start or after white space, outside quotes.
  private static func splitComment(_ line: Substring) -> (Substring, Substring) {
    var quote: Character?
    var previous: Character = " "
    for index in line.indices {
      let character = line[index]
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" {
        quote = character
      } else if character == "#", previous.isWhitespace {
        return (line[..<index], line[index...])
      }
      previous = character
    }
    return (line, "")
  }
}
