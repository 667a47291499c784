/// libyaml's syntax errors, said in terms of what was expected.
struct SyntaxAdvice {
  var message: String
  var help: String?
  /// Whether the mistake is where libyaml noticed it or where the construct begins.
  var culprit = SyntaxFailure.Culprit.problem

  private init(_ message: String, _ help: String?, _ culprit: SyntaxFailure.Culprit = .problem) {
    self.message = message
    self.help = help
    self.culprit = culprit
  }

  /// - Parameters:
  ///   - isLater: the problem was noticed on a later line than the construct begins on.
  ///   - isAfterQuotes: text in quotes ends right before it.
  init(problem: String, context: String, isLater: Bool, isAfterQuotes: Bool) {
    self =
      (isAfterQuotes ? Self.afterQuotes(problem) : nil) ?? Self.structure(problem, isLater: isLater)
      ?? Self.scalar(problem, context)
      ?? Self.rejectedLater(problem)
      ?? SyntaxAdvice(context.isEmpty ? problem : "\(problem) (\(context))", nil)
  }

  private static func afterQuotes(_ problem: String) -> SyntaxAdvice? {
    guard problem.hasPrefix("did not find expected"), !problem.contains("node") else { return nil }
    return SyntaxAdvice(
      "expected the end of the value after these quotes",
      "inside single quotes write `''` for one, inside double quotes `\\\"`")
  }

  /// Keys, lists and brackets.
  private static func structure(_ problem: String, isLater: Bool) -> SyntaxAdvice? {
    switch problem {
    case "mapping values are not allowed in this context":
      return SyntaxAdvice(
        "expected the end of the value; a second `:` stands where no key can be",
        "put the key on a line of its own, in line with the others; text that holds `: ` needs quotes"
      )
    case "could not find expected ':'":
      return SyntaxAdvice("expected `:` after this key", "write `name: value`", .context)
    case "did not find expected key":
      return SyntaxAdvice(
        "expected a key here, in line with the keys above",
        "check the indentation, and that quotes and brackets above are closed")
    case "did not find expected ',' or '}'":
      if isLater {
        return SyntaxAdvice("expected a `}` that closes this `{`", "close it with `}`", .context)
      }
      return SyntaxAdvice(
        "expected `,` or `}` here",
        "separate entries with `,` and close the `{`; text that holds `,` or `: ` needs quotes")
    case "did not find expected ',' or ']'":
      if isLater {
        return SyntaxAdvice("expected a `]` that closes this `[`", "close it with `]`", .context)
      }
      return SyntaxAdvice(
        "expected `,` or `]` here", "separate items with `,` and close the `[`")
    case "did not find expected '-' indicator":
      return SyntaxAdvice(
        "expected `- `, in line with the items above",
        "begin the item with `- `, or check the indentation")
    case "did not find expected node content":
      return SyntaxAdvice(
        "expected a value here", "write one, or remove the `,` or the bracket", .bracket)
    case "did not find expected <document start>":
      return SyntaxAdvice(
        "expected the end of the file; this stands outside the recipe's record",
        "begin the line in line with the keys above, as `key: value`")
    case "block sequence entries are not allowed in this context":
      return SyntaxAdvice(
        "expected a value; a list cannot begin with `- ` on this line",
        "put the items on lines of their own, or write `[a, b]`")
    case "mapping keys are not allowed in this context":
      return SyntaxAdvice(
        "expected a value; `? ` begins a key", "text that begins with `? ` needs quotes")
    default: return nil
    }
  }

  /// Quotes, escapes, block text and characters.
  private static func scalar(_ problem: String, _ context: String) -> SyntaxAdvice? {
    switch problem {
    case "found unexpected end of stream":
      return SyntaxAdvice(
        "expected a quote that closes this text before the file ends", "close the quotes", .context)
    case "found unexpected document indicator":
      return SyntaxAdvice(
        "expected a quote that closes this text before `---` or `...`", "close the quotes",
        .context)
    case "found character that cannot start any token":
      return SyntaxAdvice(
        "expected a value; none can begin with this character", "put the text in quotes")
    case "found unknown escape character":
      return SyntaxAdvice(
        "expected an escape such as `\\n` after this `\\`",
        "use single quotes, or write a backslash as `\\\\`")
    case "did not find expected hexdecimal number":
      return SyntaxAdvice(
        "expected hexadecimal digits: two after `\\x`, four after `\\u`, eight after `\\U`",
        "use single quotes, or write a backslash as `\\\\`")
    case "found invalid Unicode character escape code":
      return SyntaxAdvice(
        "expected an escape of a character that exists", "write the character itself")
    case "did not find expected comment or line break":
      return SyntaxAdvice(
        "expected the end of the line after `|` or `>`",
        "begin the text on the next line; text that begins with `|` or `>` needs quotes")
    case "found an indentation indicator equal to 0":
      return SyntaxAdvice("expected an indentation from 1 to 9 after `|` or `>`", "leave it out")
    case "found a tab character where an indentation space is expected",
      "found a tab character that violates indentation":
      return SyntaxAdvice("expected spaces; a tab cannot indent", "indent with two spaces")
    default: return nil
    }
  }

  /// What the language would not accept anyway: anchors, tags, directives.
  private static func rejectedLater(_ problem: String) -> SyntaxAdvice? {
    switch problem {
    case "did not find expected alphabetic or numeric character":
      return SyntaxAdvice(
        "expected text; `&` and `*` begin anchors and aliases, which are not accepted",
        "text that begins with `&` or `*` needs quotes")
    case "found undefined tag handle", "did not find expected tag URI",
      "did not find expected '!'", "did not find the expected '>'",
      "did not find expected whitespace or line break", "found an invalid URI escape",
      "did not find URI escaped octet", "found an incorrect leading UTF-8 octet",
      "found an incorrect trailing UTF-8 octet":
      return SyntaxAdvice(
        "expected text; `!` begins a tag, which is not accepted",
        "text that begins with `!` needs quotes")
    case "could not find expected directive name", "found unknown directive name",
      "found unexpected non-alphabetical character", "did not find expected whitespace",
      "found extremely long version number", "did not find expected digit or '.' character",
      "found duplicate %YAML directive", "found incompatible YAML document",
      "found duplicate %TAG directive":
      return SyntaxAdvice(
        "expected a key; `%` begins a directive, which is not accepted", "remove the line")
    default: return nil
    }
  }

  /// The label beside the place where the trouble began.
  static func plain(_ context: String) -> String? {
    switch context {
    case "while parsing a block mapping": "in the record that begins here"
    case "while parsing a flow mapping": "in the `{` that opens here"
    case "while parsing a flow sequence": "in the `[` that opens here"
    case "while parsing a block collection": "in the list that begins here"
    case "while scanning a quoted scalar", "while parsing a quoted scalar":
      "the quotes open here"
    case "while scanning a simple key": "the key begins here"
    case "while scanning a block scalar": "the text begins here"
    case "while scanning a plain scalar": "the text begins here"
    default: nil
    }
  }

  /// The label beside the place where the trouble was noticed, when the error points at its cause.
  static func noticed(_ problem: String) -> String {
    problem == "found unexpected end of stream" ? "the file ends here" : "noticed here"
  }
}
