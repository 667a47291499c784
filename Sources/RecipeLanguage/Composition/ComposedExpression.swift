/// Expressions of compose time: what stands inside `${…}`.
enum ComposedExpression {
  struct Result {
    var value: SettingValue
    /// The params it reads, each once, with the range of their name in the text.
    var parameters: [(name: String, range: Range<Int>)]
  }

  /// Nil when a param it reads is in error itself, which has been reported.
  ///
  /// - Throws: what is wrong, as a byte range of `text`.
  static func evaluate(
    _ text: String, _ parameters: ParameterTable
  ) throws(ExpressionProblem) -> Result? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let first = parts[0].utf8.count
    guard parts[0] == "params", parts.count >= 2 else {
      throw ExpressionProblem(
        code: .composeName, message: "only `params.<name>` can be read in `${…}`",
        range: 0..<max(first, min(1, text.utf8.count)), help: help(parts[0], parameters))
    }
    let name = parts[1]
    let range = first + 1..<first + 1 + name.utf8.count
    guard parameters.names.contains(name) else {
      throw ExpressionProblem(
        code: .undeclaredName, message: "there is no param `\(name)`", range: range,
        help: parameters.names.isEmpty
          ? "declare it under `params`" : Suggestion.help(for: name, among: parameters.names))
    }
    guard let value = parameters[name]?.value else { return nil }
    let used = [(name: name, range: range)]
    guard parts.count > 2 else { return Result(value: value, parameters: used) }
    let member = parts[2...].joined(separator: ".")
    let memberRange = range.upperBound + 1..<text.utf8.count
    guard case .window(let window) = value, ["min", "max", "width"].contains(member) else {
      throw ExpressionProblem(
        code: .expressionName, message: "`params.\(name)` has no member `\(member)`",
        range: memberRange, help: "a window has `min`, `max` and `width`")
    }
    let number =
      member == "min"
      ? window.lower : member == "max" ? window.upper : window.upper - window.lower
    return Result(
      value: .quantity(Quantity(value: number, unit: window.unit)), parameters: used)
  }

  private static func help(_ word: String, _ parameters: ParameterTable) -> String? {
    if parameters.names.contains(word) { return "write `${params.\(word)}`" }
    return parameters.names.isEmpty
      ? "declare a param under `params`; `$${` is a literal `${`"
      : "`$${` is a literal `${`"
  }
}
