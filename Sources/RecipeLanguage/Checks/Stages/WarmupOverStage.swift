extension DiagnosticCode {
  static let warmupOverStage = DiagnosticCode(
    5602, "warmup-over-stage", "The warm-up of a schedule lasts as long as the stage, or longer.",
    Explanation(
      why: """
        A warm-up rises step by step to the value that training is meant to have. When the stage ends \
        first, that value is never reached, and what should follow it never begins: a warm-up of \
        15 000 steps in a run of 500 trains at 3% of its rate.
        """,
      example: .sections(Self.schedules(warmup: 101)),
      nearMiss: .sections(Self.schedules(warmup: 99))))

  private static func schedules(warmup: Int) -> String {
    """
    schedules:
      rate: {linear: {from: 5.0e-4, to: 5.0e-5, warmup: \(warmup) step}}
    """
  }
}

extension RecipeCheck {
  static let warmupOverStage = RecipeCheck(
    .warmupOverStage, reads: ["data", "schedules", "stages"]
  ) { input in
    input.outline.stages.flatMap { stage in
      stage.schedules.compactMap { key, setting, schedule in
        guard let rise = schedule.warmup,
          let steps = input.steps(of: stage, for: .warmupOverStage),
          let epoch = input.stepsPerEpoch(of: stage, if: schedule, for: .warmupOverStage),
          case let warmup = rise.step(of: steps, epoch: epoch), warmup >= steps
        else { return nil }
        let reached = percentage(Double(steps) / Double(warmup))
        let written = input.place(of: "warmup", in: setting, key, of: stage)
        return Diagnostic(
          .warmupOverStage, severity: warmup > steps ? .error : .warning,
          warmup > steps
            ? "the warm-up of \(warmup) steps outlasts stage `\(stage.name)`: after its \(steps) "
              + "steps `\(key)` is at \(reached) of its value"
            : "the warm-up takes all \(steps) steps of stage `\(stage.name)`: `\(key)` never goes on "
              + "from there",
          at: written ?? setting.span,
          secondary: stage.lengthLabel("the stage ends here") + setting.useLabel(besides: written),
          help: "use fewer warm-up steps, such as \(max(1, steps / 10))",
          path: "\(stage.record.path).\(key)")
      }
    }
  }
}

extension RecipeOutline.Stage {
  /// Every setting that may change over the stage, by its path within it.
  var schedules: [(key: String, setting: Setting, schedule: Schedule)] {
    func collect(
      _ record: Record, _ prefix: String
    ) -> [(key: String, setting: Setting, schedule: Schedule)] {
      record.keys.flatMap { key -> [(key: String, setting: Setting, schedule: Schedule)] in
        guard let setting = record.setting(key) else { return [] }
        switch setting.value {
        case .schedule(let schedule): return [(prefix + key, setting, schedule)]
        case .record(let inner): return collect(inner, "\(prefix)\(key).")
        default: return []
        }
      }
    }
    return collect(record, "")
  }
}

extension Schedule {
  /// The rise to the first value; nil where there is none.
  var warmup: SchedulePosition? {
    switch self {
    case .constant, .piecewise: nil
    case .linear(_, _, let warmup, _), .cosine(_, _, let warmup, _):
      warmup.value > 0 ? warmup : nil
    }
  }
}
