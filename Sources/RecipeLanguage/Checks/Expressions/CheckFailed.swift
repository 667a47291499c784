extension DiagnosticCode {
  static let checkFailed = DiagnosticCode(
    4301, "check-failed", "A check that the recipe itself declares does not hold.",
    Explanation(
      why: """
        `checks` are what the author of a recipe knows must hold, whatever its params and overlays \
        say. The value of every part is drawn below the assertion, so that the one that is wrong shows.
        """,
      example: .sections(Self.checks(atMost: "stages.rl.sampling.max_new_tokens / 4")),
      nearMiss: .sections(Self.checks(atMost: "stages.rl.sampling.max_new_tokens"))))

  private static func checks(atMost limit: String) -> String {
    """
    checks:
      fits:
        assert: rewards.observation_length.window.max <= \(limit)
        message: the observation must leave room for the answer
    """
  }
}

extension RecipeCheck {
  /// Waits until nothing is wrong: a value in error must not fail an assertion as well.
  static let checkFailed = RecipeCheck(
    .checkFailed, reads: CheckInput.everything
  ) { input in
    let checks = input.root.optionalRecord("checks")?.records ?? []
    guard !checks.isEmpty else { return [] }
    let settings = SettingScope(input.root, domains: input.outline.domains)
    return checks.flatMap { check -> [Diagnostic] in
      guard let read = check.optionalExpression("assert") else { return [] }
      let path = "\(check.path).assert"
      let place = read.place ?? ExpressionPlace(span: check.span(of: "assert"), text: nil)
      let parsed = Expression.parse(read.text, as: .boolean, in: settings.scope, at: place)
      guard let assertion = parsed.expression else {
        return parsed.problems.map { $0.diagnostic(at: place, path: path) }
      }
      let value = assertion.value(in: settings.environment)
      guard value != .boolean(true) else { return [] }
      let reason =
        value == nil ? "has no value" : check.optionalString("message") ?? "does not hold"
      let drawing = PowerAssertion.lines(assertion, in: settings.environment)
      return [
        Diagnostic(
          .checkFailed, "check `\(check.name)` failed: \(reason)",
          at: place.span(of: 0..<read.text.utf8.count),
          notes: [drawing.joined(separator: "\n")] + origins(assertion, settings), path: path)
      ]
    }
  }

  /// Where values came from that the assertion's own lines do not show: params.
  private static func origins(_ assertion: Expression, _ settings: SettingScope) -> [String] {
    assertion.names.flatMap { name -> [String] in
      guard let setting = settings.setting(name) else { return [] }
      if name.hasPrefix("params.") {
        return ["`\(name)` is \(setting.value.recipeText), set at \(setting.span)"]
      }
      return setting.provenance.parameters.map { parameter in
        "`\(name)` is computed from `params.\(parameter.name)`, which is \(parameter.text), set at "
          + "\(parameter.span)"
      }
    }
  }
}
