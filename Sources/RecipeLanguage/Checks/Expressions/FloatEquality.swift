extension DiagnosticCode {
  static let floatEquality = DiagnosticCode(
    4009, "float-equality", "A reward that can be any number is compared for equality.",
    Explanation(
      why: """
        A value that comes from a division or a distance is rounded, so that a response can be exactly \
        right and still miss `== 1` by the last digit: regression scores of right answers do. Where a \
        reward has a few known values, equality is fine.
        """,
      example: .sections(Self.rewards(when: "correct == 1")),
      nearMiss: .sections(Self.rewards(when: "sufficient_format == 1"))))

  private static func rewards(when gate: String) -> String {
    """
    rewards:
      sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
      sufficient_format: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      reasoning_format: {kind: format, of: [think, answer], when: \(gate), credit: reasoning}
    """
  }
}

extension RecipeCheck {
  static let floatEquality = RecipeCheck(
    .floatEquality, reads: ["rewards"]
  ) { input in
    let domains = input.outline.domains
    return input.outline.rewards.flatMap { reward in
      reward.record.keys.compactMap { key in
        reward.record.optionalExpression(key).map { (key, $0) }
      }.flatMap { key, expression in
        comparisons(in: expression, domains).map { term, left, right in
          let text = Array(expression.text.utf8)
          func source(_ term: Expression.Term) -> String {
            String(decoding: text[term.range], as: UTF8.self)
          }
          let (a, b) = (source(left), source(right))
          let isEqual = if case .binary(.equal, _, _) = term.form { true } else { false }
          let instead = "abs(\(a) - \(b)) \(isEqual ? "<" : ">=") 0.001"
          let span = expression.span(of: term) ?? reward.record.span(of: key)
          let isExact = span.bytes.count == term.range.count
          return Diagnostic(
            .floatEquality, severity: .warning,
            "`\(source(term))` compares rounded numbers, so it can fail by the last digit",
            at: span,
            help: "write `\(instead)`",
            fixes: isExact ? [.replace(span, with: instead, isSafe: false)] : [],
            path: "\(reward.record.path).\(key)")
        }
      }
    }
  }

  /// The equalities between numbers of which neither has a few known values.
  private static func comparisons(
    in expression: Expression, _ domains: RewardDomains
  ) -> [(Expression.Term, Expression.Term, Expression.Term)] {
    let inference = domains.infer(expression)
    var found: [(Expression.Term, Expression.Term, Expression.Term)] = []
    expression.root.visit { term in
      guard case .binary(let symbol, let left, let right) = term.form,
        symbol == .equal || symbol == .notEqual,
        let a = inference[left], let b = inference[right],
        a.type == .number, b.type == .number,
        [(a, left), (b, right)].contains(where: { $0.support == nil && $1.readsReward })
      else { return }
      found.append((term, left, right))
    }
    return found
  }
}

extension Expression.Term {
  /// Whether the value of a reward is a part of it; counts and columns are what they are.
  fileprivate var readsReward: Bool {
    if case .aggregate(.count, _) = form { return false }
    if case .name(let name) = form { return !name.hasPrefix("item.") }
    return operands.contains(where: \.readsReward)
  }
}
