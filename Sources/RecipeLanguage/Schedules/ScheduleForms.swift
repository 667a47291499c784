extension RecipeSchema {
  /// The ways to write a schedule out, by their one key.
  public static let scheduleForms: [(name: String, fields: [FieldSchema])] = [
    ("constant", [.required("value", .number(.any), "value at every step")]),
    (
      "linear",
      [
        .required("from", .number(.any), "value after the warm-up"),
        .required("to", .number(.any), "value at the horizon"), warmup, horizon,
      ]
    ),
    (
      "cosine",
      [
        .required("peak", .number(.any), "value after the warm-up"),
        .optional("floor", .number(.any), default: "0.0", "value at the horizon"), warmup, horizon,
      ]
    ),
    (
      "piecewise",
      [
        .required(
          "points",
          .list(
            .record([
              .required("at", .position(words: []), "where it begins, as `200 step` or `10%`"),
              .required("value", .number(.any), "value from there on"),
            ]), count: 1...64), "values by position, ascending and all in one unit"),
        .optional(
          "between", .choice(Schedule.Between.allCases.map(\.rawValue)),
          default: Schedule.Between.hold.rawValue,
          "what comes between two points: the value before, or a straight line"),
      ]
    ),
  ]

  private static let warmup = FieldSchema.optional(
    "warmup", .position(words: []), default: "0 step",
    "length of the rise from 0 to the first value")
  private static let horizon = FieldSchema.optional(
    "horizon", .position(words: ["stage"]), default: "stage",
    "where the last value is reached and kept; `stage` for the stage's last step")
}

/// Reading schedules.
extension Decoder {
  /// A number, or `schedules.<name>`.
  mutating func schedule(
    _ scalar: Node.Scalar, _ node: Node, in range: NumberRange, at path: String
  ) -> SettingValue? {
    let prefix = "schedules."
    if scalar.text.hasPrefix(prefix), !path.hasPrefix(prefix) {
      return scheduleReference(scalar, node, at: path)
    }
    if names.span(of: scalar.text, in: .schedules) != nil, !path.hasPrefix(prefix) {
      wrongType(
        node, .schedule(range), at: path, help: "write `schedules.\(scalar.text)`",
        fixes: rewrite(node, as: "schedules.\(scalar.text)", isSafe: true))
      return nil
    }
    return number(scalar, node, range, as: .schedule(range), at: path)
      .map { .schedule(.constant($0)) }
  }

  private mutating func scheduleReference(
    _ scalar: Node.Scalar, _ node: Node, at path: String
  ) -> SettingValue? {
    let start = "schedules.".utf8.count
    let name = String(scalar.text.dropFirst(start))
    guard let declared = schedule(named: name) else {
      if names.contains(name, in: .schedules) { return nil }
      report(names.undeclared(name, in: .schedules, at: node.span, path: path))
      return nil
    }
    let range = start..<scalar.text.utf8.count
    use(name, in: .schedules, at: span(of: range, in: scalar, node), path: path)
    // Its own errors are reported where it is declared.
    return quietly { $0.decode(declared, as: .schedule(.any), at: "schedules.\(name)") }
  }

  /// A schedule written out, `{linear: {…}}`.
  mutating func schedule(
    _ entries: [Node.Entry], _ node: Node, in range: NumberRange, at path: String
  ) -> SettingValue? {
    let forms = RecipeSchema.scheduleForms.map(\.name)
    guard entries.count == 1, let entry = entries.first else {
      wrongType(
        node, .schedule(range), at: path,
        help: "a schedule has one key, such as `linear` or `cosine`")
      return nil
    }
    guard let form = RecipeSchema.scheduleForms.first(where: { $0.name == entry.key }) else {
      report(
        .unknownKind, "there is no schedule `\(entry.key)`", at: entry.keySpan,
        help: Suggestion.help(for: entry.key, among: forms), path: path)
      return nil
    }
    let inner = "\(path).\(entry.key)"
    guard case .record(let settings)? = decode(entry.value, as: .record(form.fields), at: inner)
    else { return nil }
    return schedule(form.name, settings, at: inner).map { .schedule($0) }
  }

  /// Nil where a part of it is in error.
  private mutating func schedule(
    _ form: String, _ settings: Record, at path: String
  ) -> Schedule? {
    let warmup = settings.optionalPosition("warmup") ?? .step(0)
    let horizon = settings.optionalPosition("horizon")
    switch form {
    case "constant": return settings.optionalNumber("value").map { .constant($0) }
    case "linear":
      guard let from = settings.optionalNumber("from"), let to = settings.optionalNumber("to"),
        settings.setting("warmup") != nil, settings.setting("horizon") != nil
      else { return nil }
      return .linear(from: from, to: to, warmup: warmup, horizon: horizon)
    case "cosine":
      guard let peak = settings.optionalNumber("peak"),
        let floor = settings.optionalNumber("floor"),
        settings.setting("warmup") != nil, settings.setting("horizon") != nil
      else { return nil }
      return .cosine(peak: peak, floor: floor, warmup: warmup, horizon: horizon)
    default:
      guard case .list(let items)? = settings.setting("points")?.value,
        let between = settings.optionalString("between").flatMap(Schedule.Between.init)
      else { return nil }
      return points(items, at: "\(path).points").map { .piecewise($0, between: between) }
    }
  }

  /// The points, when they are in one unit and ascend.
  private mutating func points(_ items: [Setting], at path: String) -> [Schedule.Point]? {
    var points: [Schedule.Point] = []
    for (index, item) in items.enumerated() {
      guard case .record(let record) = item.value, let at = record.optionalPosition("at"),
        let value = record.optionalNumber("value")
      else { return nil }
      if let last = points.last {
        let problem: (message: String, help: String)? =
          if last.at.unit != at.unit {
            (
              "`\(last.at)` and `\(at)` are counted differently, so which comes first is not known",
              "give all points in steps, all in epochs or all in shares"
            )
          } else if at.value <= last.at.value {
            ("`\(at)` does not come after `\(last.at)`", "put the points in ascending order")
          } else {
            nil
          }
        if let problem {
          report(
            .schedulePoints, problem.message, at: record.span(of: "at"), help: problem.help,
            path: "\(path)[\(index)].at")
          return nil
        }
      }
      points.append(Schedule.Point(at: at, value: value))
    }
    return points
  }

  /// A position in a stage, or a word that stands for one.
  mutating func position(
    _ scalar: Node.Scalar, _ node: Node, _ words: [String], at path: String
  ) -> SettingValue? {
    if words.contains(scalar.text) { return .string(scalar.text) }
    if let position = SchedulePosition(scalar.text) { return .position(position) }
    let isBare = Double(scalar.text) != nil
    wrongType(
      node, .position(words: words), at: path,
      help: isBare ? "write `\(scalar.text) step`" : nil,
      fixes: isBare ? rewrite(node, as: "\(scalar.text) step", isSafe: false) : [])
    return nil
  }
}
