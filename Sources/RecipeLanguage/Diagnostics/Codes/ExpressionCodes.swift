/// Expressions.
extension DiagnosticCode {
  static let expressions: [DiagnosticCode] = [
    .expressionSyntax, .expressionName, .expressionType, .chainedComparison, .foreignOperator,
    .expressionUnit, .expressionAvailability, .unbalancedParentheses,
  ]

  static let expressionSyntax = DiagnosticCode(
    4001, "expression-syntax", "An expression is malformed.",
    Explanation(
      why: "What a gate or formula computes must be clear before training; half a formula is not.",
      example: .rewards(when: "correct >"), nearMiss: .rewards(when: "correct > 0")))

  static let expressionName = DiagnosticCode(
    4002, "expression-name", "An expression uses a name or a function that does not exist.",
    Explanation(
      why: """
        An expression is computed from values that exist at that moment. A name that has none there \
        would leave the gate without an answer.
        """,
      example: .rewards(when: "corect > 0"), nearMiss: .rewards(when: "correct > 0")))

  static let expressionType = DiagnosticCode(
    4003, "expression-type", "A part of an expression has another type than its place needs.",
    Explanation(
      why: """
        Whether 0.5 counts as true is a guess that every language makes differently, so conditions \
        say what they compare with.
        """,
      example: .rewards(when: "correct"), nearMiss: .rewards(when: "correct > 0")))

  static let chainedComparison = DiagnosticCode(
    4004, "chained-comparison", "Comparisons do not chain; join two with `and`.",
    Explanation(
      why: """
        `0 < x < 1` is a range in one language and a comparison of true with 1 in the next. Two \
        comparisons joined by `and` are the same in all.
        """,
      example: .rewards(when: "0 < correct < 1"),
      nearMiss: .rewards(when: "0 < correct and correct < 1")))

  static let foreignOperator = DiagnosticCode(
    4005, "foreign-operator", "An operator of another language; expressions use words.",
    Explanation(
      why: """
        `&&`, `||` and a leading `!` mean other things to YAML. The words `and`, `or` and `not` are \
        never mistaken.
        """,
      example: .rewards(when: "correct > 0 && correct < 1"),
      nearMiss: .rewards(when: "correct > 0 and correct < 1")))

  static let expressionUnit = DiagnosticCode(
    4006, "expression-unit", "Units that do not fit together in an expression; they never convert.",
    Explanation(
      why: """
        Eight tokens are not more or less than 0.5. An expression that mixes units computes a number \
        that means nothing.
        """,
      example: .rewards(when: "correct > 8 tok"), nearMiss: .rewards(when: "correct > 0.5")))

  static let expressionAvailability = DiagnosticCode(
    4007, "expression-availability", "A name or call that is not known where it is used.",
    Explanation(
      why: """
        `when` decides for one response, before those of its group are complete. What is counted over \
        the group is known to `group_when` alone.
        """,
      example: .rewards(when: "count(correct > 0) >= 2"), nearMiss: .rewards(when: "correct > 0")))

  static let unbalancedParentheses = DiagnosticCode(
    4008, "unbalanced-parentheses", "A parenthesis is not closed, or closes nothing.",
    Explanation(
      why: "What belongs together is what the parentheses say, so each needs its other half.",
      example: .rewards(when: "(correct > 0"), nearMiss: .rewards(when: "(correct > 0)")))
}
