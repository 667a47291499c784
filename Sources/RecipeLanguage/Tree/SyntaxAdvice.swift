/// libyaml's syntax errors, said in terms of what was expected.
struct SyntaxAdvice {
  var message: String
  var help: String?

  init(problem: String, context: String) {
    switch problem {
    case "mapping values are not allowed in this context":
      message = "a `:` stands where no key can be"
      help = "put the key on a line of its own; text that holds `: ` needs quotes"
    case "could not find expected ':'":
      message = "a key must be followed by `:`"
      help = "write `name: value`"
    case "did not find expected key":
      message = "expected a key here, in line with the keys above"
      help = "check the indentation, and that quotes and brackets above are closed"
    case "did not find expected ',' or '}'":
      message = "expected `,` or `}`"
      help = "separate entries with `,` and close the `{`; text that holds `,` or `: ` needs quotes"
    case "did not find expected ',' or ']'":
      message = "expected `,` or `]`"
      help = "separate items with `,` and close the `[`"
    case "did not find expected '-' indicator":
      message = "expected `- `, in line with the items above"
      help = "check the indentation"
    case "found unexpected end of stream":
      message = "the file ends inside quoted text"
      help = "close the quotes"
    case "found character that cannot start any token":
      message = "no value can begin with this character"
      help = "quote the text"
    case "found unknown escape character":
      message = "unknown escape in double quotes"
      help = "use single quotes, or write a backslash as `\\\\`"
    case "found unexpected document indicator":
      message = "`---` or `...` inside quoted text"
      help = "close the quotes before it"
    default:
      message = context.isEmpty ? problem : "\(problem) (\(context))"
      help = nil
    }
  }

  /// The label beside the place where the trouble began.
  static func plain(_ context: String) -> String {
    switch context {
    case "while parsing a block mapping": "in the record that begins here"
    case "while parsing a flow mapping": "in the `{` that opens here"
    case "while parsing a flow sequence": "in the `[` that opens here"
    case "while parsing a block collection": "in the list that begins here"
    case "while scanning a quoted scalar": "the quotes open here"
    case "while scanning a simple key": "the key begins here"
    default: context
    }
  }
}
