extension Expression {
  /// Reads an expression.
  ///
  /// - Parameters:
  ///   - type: what is needed; `unknown` for anything.
  ///   - scope: what may be read at its place.
  ///   - place: where the text is in its file.
  public static func parse(
    _ text: String, as type: ExpressionType, in scope: ExpressionScope,
    at place: ExpressionPlace? = nil
  ) -> ParsedExpression {
    let (root, found) = ExpressionParser.read(text, in: scope)
    guard let root else { return ParsedExpression(expression: nil, problems: found) }
    var analysis = ExpressionAnalysis(context: scope.context) { name in
      if case .value(let domain) = scope.meaning(name) { return domain }
      return ValueDomain(type: .unknown)
    }
    let domain = analysis.walk(root)
    analysis.require(domain, type, root)
    let problems = (found + analysis.problems).enumerated().sorted {
      ($0.element.range.lowerBound, $0.offset) < ($1.element.range.lowerBound, $1.offset)
    }.map(\.element)
    let expression = Expression(
      text: text, root: root, type: domain.type == .unknown ? type : domain.type, place: place)
    return ParsedExpression(expression: problems.isEmpty ? expression : nil, problems: problems)
  }

  /// Reads the spelling of an expression whose names mean something only later, when it is read again
  /// in its scope.
  static func outline(
    _ text: String, as type: ExpressionType, in context: ExpressionContext,
    at place: ExpressionPlace
  ) -> ParsedExpression {
    let scope = ExpressionScope(context) { _ in .value(ValueDomain(type: .unknown)) }
    let (root, problems) = ExpressionParser.read(text, in: scope)
    let expression = root.map { Expression(text: text, root: $0, type: type, place: place) }
    return ParsedExpression(
      expression: problems.isEmpty ? expression : nil, problems: problems)
  }

  /// What is known of the value, and of every part's, given what is known of the names.
  ///
  /// - Parameters:
  ///   - groupSize: the responses of a group, where an expression asks about them.
  ///   - domain: of a name; nil where nothing is known.
  public func infer(
    groupSize: Int? = nil, _ domain: (String) -> ValueDomain?
  ) -> ExpressionInference {
    withoutActuallyEscaping(domain) { domain in
      var analysis = ExpressionAnalysis(groupSize: groupSize) { name in
        domain(name) ?? (name.hasPrefix("item.") ? .column : .number())
      }
      let whole = analysis.walk(root)
      return ExpressionInference(whole: whole, parts: analysis.parts)
    }
  }
}

/// What is known of an expression before anything runs.
public struct ExpressionInference: Sendable {
  public let whole: ValueDomain
  let parts: [Range<Int>: ValueDomain]

  /// Of a part, where it stands: inside `if(correct > 0, 1 / correct, 0)` the divisor is above 0.
  public subscript(_ term: Expression.Term) -> ValueDomain? { parts[term.range] }
}
