/// Expressions of compose time: what stands inside `${…}`.
enum ComposedExpression {
  struct Result {
    /// Nil when something is wrong, or a param it reads is in error itself, which has been reported.
    var value: ExpressionValue?
    /// The params it reads, with the range of their name in the text.
    var parameters: [(name: String, range: Range<Int>)] = []
    /// What is wrong, as byte ranges of the text.
    var problems: [ExpressionProblem] = []
  }

  /// What `${…}` may read.
  static func scope(_ parameters: ParameterTable) -> ExpressionScope {
    .parameters(.compose, names: parameters.names) { name in
      parameters[name].map { .constant($0.value) }
    }
  }

  static func evaluate(
    _ text: String, _ parameters: ParameterTable, in scope: ExpressionScope
  ) -> Result {
    let parsed = Expression.parse(text, as: .unknown, in: scope)
    guard let expression = parsed.expression else { return Result(problems: parsed.problems) }
    var result = Result()
    expression.root.visit { term in
      guard case .name(let path) = term.form else { return }
      let name = String(path.dropFirst(prefix.count))
      result.parameters.append((name, term.range.lowerBound + prefix.count..<term.range.upperBound))
    }
    result.value = expression.value(
      in: ExpressionEnvironment { path in parameters[String(path.dropFirst(prefix.count))]?.value })
    if result.value == nil {
      result.problems = [
        ExpressionProblem(
          code: .composedNothing,
          message: "`\(text)` has no value: it divides by zero or leaves the numbers there are",
          range: 0..<text.utf8.count, help: "see the values of its params")
      ]
    }
    return result
  }

  private static let prefix = "params."
}
