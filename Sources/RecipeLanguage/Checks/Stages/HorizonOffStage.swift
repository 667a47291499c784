extension DiagnosticCode {
  static let horizonOffStage = DiagnosticCode(
    5601, "horizon-off-stage", "A schedule was made for another length than that of its stage.",
    Explanation(
      why: """
        A schedule that runs past the end of the stage is cut off: a decay over 1000 steps in a stage of \
        100 keeps nine tenths of its rate to the end. One that reaches 0 before the end trains nothing \
        in the steps that are left. `horizon: stage`, the default, follows the stage whatever its \
        length.
        """,
      example: .sections(Self.schedules(horizon: "1000 step")),
      nearMiss: .sections(Self.schedules(horizon: "100 step"))))

  private static func schedules(horizon: String) -> String {
    """
    schedules:
      rate: {linear: {from: 5.0e-4, to: 5.0e-5, horizon: \(horizon)}}
    """
  }
}

extension RecipeCheck {
  static let horizonOffStage = RecipeCheck(
    .horizonOffStage, reads: ["data", "schedules", "stages"]
  ) { input in
    input.outline.stages.flatMap { stage in
      stage.schedules.compactMap { key, setting, schedule -> Diagnostic? in
        guard let end = schedule.end,
          let steps = input.steps(of: stage, for: .horizonOffStage),
          let epoch = input.stepsPerEpoch(of: stage, if: schedule, for: .horizonOffStage)
        else { return nil }
        let last = end.step(of: steps, epoch: epoch)
        let final = schedule.value(step: steps - 1, of: steps, epoch: epoch)
        let message: String
        if last > steps {
          message =
            "`\(key)` is made for \(last) steps, but stage `\(stage.name)` ends after \(steps): it stops "
            + "at \(shortText(final))"
        } else if last < steps, final == 0, key == "learning_rate" {
          message =
            "`\(key)` is 0 from step \(last) on: the last \(steps - last) of the \(steps) steps of stage "
            + "`\(stage.name)` train nothing"
        } else {
          return nil
        }
        let written = input.place(of: "horizon", in: setting, key, of: stage)
        return Diagnostic(
          .horizonOffStage, severity: .warning, message, at: written ?? setting.span,
          secondary: stage.lengthLabel("the stage ends here") + setting.useLabel(besides: written),
          notes: setting.provenance.reference.map { ["the schedule is `\($0)`"] } ?? [],
          help: "write `horizon: stage`, or positions within the stage",
          path: "\(stage.record.path).\(key)")
      }
    }
  }
}

extension Schedule {
  /// The position after which it does not change; nil where that is the end of the stage.
  fileprivate var end: SchedulePosition? {
    switch self {
    case .constant: nil
    case .linear(_, _, _, let horizon), .cosine(_, _, _, let horizon): horizon
    case .piecewise(let points, _): points.last?.at
    }
  }
}

extension RecipeOutline.Stage {
  /// A label where the stage says how long it lasts.
  func lengthLabel(_ text: String) -> [Diagnostic.Label] {
    guard let key = ["steps", "epochs"].first(where: { record.has($0) }) else { return [] }
    return [Diagnostic.Label(span: record.span(of: key), text: text)]
  }
}
