/// The arguments of one command, checked against their declaration.
struct ParsedArguments: Sendable {
  /// The texts given for each argument, by its name.
  private var texts: [String: [String]] = [:]

  /// The value of a declared argument.
  ///
  /// - Throws: `UsageError` for an argument that the command did not declare.
  subscript<Value>(argument: Argument<Value>) -> Value {
    get throws {
      guard let value = argument.value(texts[argument.specification.name] ?? []) else {
        throw UsageError(message: "\(argument.specification.label) has no value")
      }
      return value
    }
  }

  mutating func add(_ text: String, for argument: ArgumentSpecification) {
    texts[argument.name, default: []].append(text)
  }

  func has(_ argument: ArgumentSpecification) -> Bool { texts[argument.name] != nil }
}
