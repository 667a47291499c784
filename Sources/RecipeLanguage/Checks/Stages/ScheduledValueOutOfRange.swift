extension DiagnosticCode {
  static let scheduledValueOutOfRange = DiagnosticCode(
    5661, "scheduled-value-out-of-range",
    "A scheduled value leaves the legal range of its key during the stage.",
    Explanation(
      why: """
        A schedule is a formula over the steps of a stage, so that a value that is fine at first can \
        become one that means nothing later: a learning rate below 0 walks away from what it should \
        learn. Every schedule is followed over the whole of each stage that uses it.
        """,
      example: .sections(Self.schedules(to: "-5.0e-5")),
      nearMiss: .sections(Self.schedules(to: "0.0"))))

  private static func schedules(to end: String) -> String {
    """
    schedules:
      rate: {linear: {from: 5.0e-4, to: \(end), warmup: 10 step}}
    """
  }
}

extension RecipeCheck {
  static let scheduledValueOutOfRange = RecipeCheck(
    .scheduledValueOutOfRange, reads: ["data", "schedules", "stages"]
  ) { input in
    input.outline.stages.flatMap { stage in
      let ranges = scheduleRanges(stage.algorithm.fields)
      return stage.schedules.compactMap { key, setting, schedule -> Diagnostic? in
        guard let range = ranges[key], case let extremes = schedule.range,
          !range.contains(extremes.lowerBound) || !range.contains(extremes.upperBound),
          let steps = input.steps(of: stage, for: .scheduledValueOutOfRange),
          let epoch = input.stepsPerEpoch(
            of: stage, if: schedule, for: .scheduledValueOutOfRange),
          let (step, value) = leaving(range, schedule, steps: steps, epoch: epoch)
        else { return nil }
        return Diagnostic(
          .scheduledValueOutOfRange,
          "`\(key)` of stage `\(stage.name)` needs \(range.phrase), but is \(shortText(value)) at step "
            + "\(step + 1) of \(steps)", at: setting.span,
          notes: setting.provenance.reference.map { ["the value is that of `\($0)`"] } ?? [],
          help: "choose values, or a horizon, with which it stays within its range",
          path: "\(stage.record.path).\(key)")
      }
    }
  }

  /// The legal range of every key that takes a schedule, by its path within the stage.
  private static func scheduleRanges(
    _ fields: [FieldSchema], _ prefix: String = ""
  ) -> [String: NumberRange] {
    fields.reduce(into: [:]) { ranges, field in
      switch field.type {
      case .schedule(let range): ranges[prefix + field.name] = range
      case .record(let inner):
        ranges.merge(scheduleRanges(inner, "\(prefix)\(field.name).")) { $1 }
      default: break
      }
    }
  }

  /// The first step, counted from 0, whose value is not legal. Between two turning points values only
  /// rise or only fall, so that the first one is found by halving.
  private static func leaving(
    _ range: NumberRange, _ schedule: Schedule, steps: Int, epoch: Double
  ) -> (step: Int, value: Double)? {
    func value(_ step: Int) -> Double { schedule.value(step: step, of: steps, epoch: epoch) }
    var legal = 0
    for turn in schedule.turningPoints(of: steps, epoch: epoch) {
      guard !range.contains(value(turn)) else {
        legal = turn
        continue
      }
      var first = turn
      while legal + 1 < first {
        let middle = (legal + first) / 2
        if range.contains(value(middle)) { legal = middle } else { first = middle }
      }
      return (first, value(first))
    }
    return nil
  }
}
