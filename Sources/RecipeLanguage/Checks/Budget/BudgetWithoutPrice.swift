extension DiagnosticCode {
  static let budgetWithoutPrice = DiagnosticCode(
    5904, "budget-without-price", "A limit on cost where nothing has a price.",
    Explanation(
      why: """
        Cost is counted from the `token_price` or the `price` of the judges. Where none has one, nothing is ever spent \
        and the limit protects nobody.
        """,
      example: .judged(budget: "budget: {judge_calls: 10000, cost: 40 USD}"),
      nearMiss: .judged(
        settings: ["price: 0.004 USD"], budget: "budget: {judge_calls: 10000, cost: 40 USD}")))
}

extension RecipeCheck {
  static let budgetWithoutPrice = RecipeCheck(
    .budgetWithoutPrice, reads: ["budget", "judges", "generators"]
  ) { input in
    guard let budget = input.root.optionalRecord("budget"), budget.has("cost"),
      !["judges", "generators"].flatMap({ input.root.optionalRecord($0)?.records ?? [] })
        .contains(where: { $0.has("price") || $0.has("token_price") })
    else { return [] }
    return [
      Diagnostic(
        .budgetWithoutPrice, severity: .warning,
        "no judge has a `price`, so this limit is never reached",
        at: budget.span(of: "cost"),
        help: "say what one call costs at most, as in `price: 0.004 USD`", path: "budget.cost")
    ]
  }
}
