extension DiagnosticCode {
  static let checkpointsOverStage = DiagnosticCode(
    5607, "checkpoints-over-stage", "A stage ends before its state is saved for the first time.",
    Explanation(
      why: """
        A run that is killed goes on from the last saved state, with the same bits as if it had never \
        stopped. A stage that is shorter than the interval is never saved on the way: all of it is \
        lost when the machine goes down.
        """,
      example: .sections("run: {name: example, seed: 1, checkpoint_every: 100 step}"),
      nearMiss: .sections("run: {name: example, seed: 1, checkpoint_every: 99 step}")))
}

extension RecipeCheck {
  static let checkpointsOverStage = RecipeCheck(
    .checkpointsOverStage, reads: ["data", "run", "stages"]
  ) { input in
    guard let run = input.root.optionalRecord("run"),
      let setting = run.setting("checkpoint_every"), setting.origin == .written,
      let interval = run.optionalInteger("checkpoint_every")
    else { return [] }
    let path = "run.checkpoint_every"
    let short = input.outline.stages.compactMap { stage in
      input.steps(of: stage, for: .checkpointsOverStage).flatMap { steps in
        steps <= interval ? (stage: stage, steps: steps) : nil
      }
    }
    guard let first = short.first else { return [] }
    return [
      Diagnostic(
        .checkpointsOverStage, severity: .warning,
        "\(listed(short.map(\.stage.name))) \(short.count == 1 ? "ends" : "end") before a state is saved: "
          + "whoever is interrupted there starts over",
        at: setting.span,
        secondary: short.flatMap { $0.stage.lengthLabel("\($0.steps) steps") },
        help: "save more often, such as every \(max(1, first.steps / 4)) steps", path: path)
    ]
  }
}
