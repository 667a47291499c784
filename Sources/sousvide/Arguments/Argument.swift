/// What a command declares for one of its arguments, without the type of its value.
struct ArgumentSpecification: Sendable {
  enum Form: Sendable, Equatable {
    /// A word in its place: `RECIPE`.
    case positional
    /// `--name`, present or not.
    case flag
    /// `--name VALUE` or `--name=VALUE`.
    case option
  }

  var form: Form
  /// As it is typed, without dashes: `max-steps`.
  var name: String
  /// A letter that does the same: `-q`.
  var short: Character?
  /// What stands for the value in help.
  var placeholder: String
  var help: String
  /// How help spells the default.
  var defaultText: String?
  var isRequired = false
  var isRepeated = false
  var expectation = ""
  var choices: [String] = []
  var completion = Completion.nothing
  /// Whether a text spells a value.
  var accepts: @Sendable (String) -> Bool

  /// How messages call the argument: `--seed`, `RECIPE`.
  var label: String { form == .positional ? placeholder : "--" + name }
}

/// An argument of a command, typed: `static let seed = Argument<Int?>.optional("seed", …)`, read with
/// `try arguments[Self.seed]`.
struct Argument<Value: Sendable>: Sendable {
  var specification: ArgumentSpecification
  /// The value of the texts given for the argument, none for an absent one.
  var value: @Sendable ([String]) -> Value?
}

extension Argument where Value: ArgumentValue {
  /// A word that must be there, in the order of declaration.
  static func positional(
    _ name: String, placeholder: String? = nil, help: String
  ) -> Argument {
    Argument(
      specification: specification(
        .positional, name, nil, placeholder ?? name.uppercased(), help, isRequired: true),
      value: { $0.last.flatMap(Value.init(argument:)) })
  }

  /// An option with a default.
  static func option(
    _ name: String, short: Character? = nil, placeholder: String? = nil, default value: Value,
    spelled text: String? = nil, help: String
  ) -> Argument {
    var specification = specification(
      .option, name, short, placeholder ?? Value.placeholder, help)
    specification.defaultText = text ?? "\(value)"
    return Argument(
      specification: specification,
      value: { texts in texts.last.map(Value.init(argument:)) ?? value })
  }

  private static func specification(
    _ form: ArgumentSpecification.Form, _ name: String, _ short: Character?,
    _ placeholder: String, _ help: String, isRequired: Bool = false
  ) -> ArgumentSpecification {
    .of(Value.self, form, name, short, placeholder, help, isRequired: isRequired)
  }
}

extension Argument {
  /// An option that may be absent.
  static func optional<Wrapped: ArgumentValue>(
    _ name: String, short: Character? = nil, placeholder: String? = nil, help: String
  ) -> Argument where Value == Wrapped? {
    Argument(
      specification: .of(
        Wrapped.self, .option, name, short, placeholder ?? Wrapped.placeholder, help),
      value: { texts in .some(texts.last.flatMap(Wrapped.init(argument:))) })
  }

  /// A word in its place that may be absent; it comes after those that may not.
  static func optionalPositional<Wrapped: ArgumentValue>(
    _ name: String, placeholder: String? = nil, help: String
  ) -> Argument where Value == Wrapped? {
    Argument(
      specification: .of(
        Wrapped.self, .positional, name, nil, placeholder ?? name.uppercased(), help),
      value: { texts in .some(texts.last.flatMap(Wrapped.init(argument:))) })
  }

  /// One or more words, the last of the positional arguments.
  static func positionals<Element: ArgumentValue>(
    _ name: String, placeholder: String? = nil, help: String
  ) -> Argument where Value == [Element] {
    var specification = ArgumentSpecification.of(
      Element.self, .positional, name, nil, placeholder ?? name.uppercased(), help,
      isRequired: true)
    specification.isRepeated = true
    return Argument(
      specification: specification, value: { $0.compactMap(Element.init(argument:)) })
  }

  /// An option that may be given several times.
  static func repeated<Element: ArgumentValue>(
    _ name: String, short: Character? = nil, placeholder: String? = nil, help: String
  ) -> Argument where Value == [Element] {
    var specification = ArgumentSpecification.of(
      Element.self, .option, name, short, placeholder ?? Element.placeholder, help)
    specification.isRepeated = true
    return Argument(
      specification: specification, value: { $0.compactMap(Element.init(argument:)) })
  }
}

extension Argument where Value == Bool {
  /// Present or not.
  static func flag(_ name: String, short: Character? = nil, help: String) -> Argument {
    Argument(
      specification: ArgumentSpecification(
        form: .flag, name: name, short: short, placeholder: "", help: help, accepts: { _ in true }),
      value: { !$0.isEmpty })
  }
}

extension ArgumentSpecification {
  fileprivate static func of<Value: ArgumentValue>(
    _ type: Value.Type, _ form: Form, _ name: String, _ short: Character?, _ placeholder: String,
    _ help: String, isRequired: Bool = false
  ) -> ArgumentSpecification {
    // Where a recipe is named, other files are only in the way.
    var completion = Value.completion
    if case .files = completion, name == "recipe" { completion = .files(endings: ["yaml", "yml"]) }
    return ArgumentSpecification(
      form: form, name: name, short: short, placeholder: placeholder, help: help,
      isRequired: isRequired, expectation: Value.expectation, choices: Value.choices,
      completion: completion, accepts: { Value(argument: $0) != nil })
  }
}
