import Trainer

/// What a pipeline did with its items, in one line.
enum FunnelText {
  static func line(_ stage: String, _ funnel: PipelineFunnel) -> String {
    let steps = funnel.steps.map { "\($0.name) \($0.passed)/\($0.reached)" }
    let parts =
      ["\(funnel.kept) of \(funnel.items) items kept"] + steps
      + (funnel.retried > 0 ? ["\(funnel.retried) written again"] : [])
    return "  \(stage): " + parts.joined(separator: ", ")
  }
}
