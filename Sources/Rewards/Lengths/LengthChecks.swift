import RecipeLanguage

/// What the settings of a `length` reward must agree on.
enum LengthChecks {
  @Sendable static func check(_ reward: Record, _ context: CheckContext) -> [Diagnostic] {
    guard let window = reward.optionalWindow("window") else { return [] }
    return edges(reward, context) + bounds(reward, window, context)
  }

  private static func edges(_ reward: Record, _ context: CheckContext) -> [Diagnostic] {
    guard let edges = reward.optionalString("edges") else { return [] }
    let isHard = edges == LengthPayment.Edge.hard.rawValue
    guard isHard == reward.has("edge_width") else { return [] }
    return [
      Diagnostic(
        RewardDiagnostics.edgeWidth,
        isHard
          ? "`edge_width` says how far hard edges reach, and they reach nowhere"
          : "\(edges) edges fall over a distance that `edge_width` has to say",
        at: reward.span(of: isHard ? "edge_width" : "edges"),
        help: isHard ? "write `edges: linear`, or remove it" : "write `edge_width: 64`",
        path: "\(context.path).\(isHard ? "edge_width" : "edges")")
    ]
  }

  private static func bounds(
    _ reward: Record, _ window: Window, _ context: CheckContext
  ) -> [Diagnostic] {
    guard let follows = reward.optionalRecord("follows"), let low = follows.optionalNumber("low"),
      let high = follows.optionalNumber("high")
    else { return [] }
    func finding(_ message: String, _ key: String, _ help: String) -> Diagnostic {
      Diagnostic(
        RewardDiagnostics.windowOutsideBounds, message, at: follows.span(of: key),
        secondary: [.init(span: reward.span(of: "window"), text: "the window it starts from")],
        help: help, path: "\(follows.path).\(key)")
    }
    if low >= high {
      return [
        finding(
          "the window follows from the quantile \(low) to the quantile \(high), which is no window",
          "low", "let `low` be below `high`")
      ]
    }
    guard let bounds = follows.optionalWindow("within") else { return [] }
    if bounds.unit != window.unit {
      return [
        finding(
          "the window is in \(window.unit.phrase), its bounds are in \(bounds.unit.phrase)",
          "within", "give both in \(window.unit.phrase)")
      ]
    }
    guard bounds.lower > window.lower || bounds.upper < window.upper else { return [] }
    return [
      finding(
        "the window \(window) starts outside of its bounds \(bounds)", "within",
        "widen the bounds, or start within them")
    ]
  }
}
