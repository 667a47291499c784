import RecipeLanguage

/// What every command that reads a recipe takes: `--overlay`, `--param` and `--set`, the layers above
/// the file.
enum RecipeArguments {
  private static let overlays = Argument<[PathArgument]>.repeated(
    "overlay", placeholder: "FILE", help: "a recipe to merge over this one")
  private static let parameters = Argument<[Assignment]>.repeated(
    "param", placeholder: "NAME=VALUE", help: "give a param another value")
  private static let settings = Argument<[Assignment]>.repeated(
    "set", placeholder: "PATH=VALUE",
    help: "replace any setting, read by the type expected at the path")

  /// For a command's declaration.
  static let specifications = [
    overlays.specification, parameters.specification, settings.specification,
  ]

  /// The layers given on the command line.
  static func options(_ arguments: ParsedArguments) throws -> CheckOptions {
    var options = CheckOptions.standard
    options.overlays = try arguments[overlays].map(\.path)
    options.parameters = try arguments[parameters].map { ($0.name, $0.value) }
    options.settings = try arguments[settings].map { ($0.name, $0.value) }
    return options
  }
}

extension CheckOptions {
  /// Whether the recipe is other than its file says.
  var changeTheRecipe: Bool { !(overlays.isEmpty && parameters.isEmpty && settings.isEmpty) }
}

/// `name=value`.
private struct Assignment: ArgumentValue {
  var name: String
  var value: String

  init?(argument text: String) {
    guard let mark = text.firstIndex(of: "="), mark > text.startIndex else { return nil }
    name = String(text[..<mark])
    value = String(text[text.index(after: mark)...])
  }

  static var placeholder: String { "NAME=VALUE" }
  static var expectation: String { "a name, `=` and a value" }
}
