/// One suggestion.
struct CompletionItem {
  /// Of `CompletionItemKind`.
  enum Kind: Int {
    case function = 3
    case field = 5
    case variable = 6
    case module = 9
    case property = 10
    case unit = 11
    case value = 12
    case keyword = 14
    case file = 17
    case reference = 18
    case folder = 19
    case choice = 20
    case symbolOperator = 24
  }

  var label: String
  var kind: Kind
  var detail: String?
  var documentation: String?
  /// What is written, where that is not the label.
  var text: String?
  /// With tab stops.
  var snippet: String?
  /// Lower ones come first.
  var rank = 5
}
