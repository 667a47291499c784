import RecipeLanguage

/// Data entries of recipes with `kind: clipworld`.
public enum ClipWorldDataKind {
  public static let schema = KindSchema(
    "clipworld", summary: "clips of moving shapes with questions, made on the spot",
    fields: [
      .required(
        "split", .choice(ClipWorldSettings.Split.allCases.map(\.rawValue)),
        "which part of the world; no scene is in two"),
      .required("clips", .integer(1...10_000_000), "how many clips"),
      .optional("seed", .seed, default: "0", "decides the clips"),
      .optional(
        "families",
        .list(.choice(ClipWorldSettings.knownFamilies), count: 1...100),
        default: "[\(ClipWorldSettings.usualFamilies.joined(separator: ", "))]",
        "kinds of questions, which take turns"),
      .optional(
        "teacher", .choice(ClipWorldSettings.Teacher.allCases.map(\.rawValue)),
        default: "truthful", "who writes the traces"),
      .optional(
        "direction_flips", .share, default: "60%",
        "how often the biased teacher reverses a direction"),
      .optional(
        "span_slips", .share, default: "60%",
        "how often the biased teacher ends a long span a second early"),
      .optional(
        "wrong_observations", .share, default: "0%",
        "traces with one wrong fact in the observation"),
      .optional("wrong_answers", .share, default: "0%", "traces with a wrong answer"),
      .optional(
        "filter_by_answer", .boolean, default: "false",
        "keep the biased teacher's right answers only, however wrong the observation"),
      .optional("distractors", .integer(0...50), default: "2", "grey specks per clip, at most"),
      .optional(
        "trace_form", .choice(TraceForm.allCases.map(\.rawValue)),
        "an observation and a thought, blocks of time, caption and thought, or all in one thought; "
          + "by default timed for `grounding` and observed for all others"),
    ], traits: [.bringsTexts], codes: [withoutEffect], check: check)

  /// The settings that a checked entry describes.
  public static func settings(_ record: Record) throws -> ClipWorldSettings {
    let settings = try ClipWorldSettings(
      split: named(record.string("split"), "split"), clips: record.integer("clips"),
      seed: record.integer("seed"), families: record.strings("families"),
      teacher: named(record.string("teacher"), "teacher"),
      directionFlips: record.number("direction_flips"), spanSlips: record.number("span_slips"),
      wrongObservations: record.number("wrong_observations"),
      wrongAnswers: record.number("wrong_answers"),
      filterByAnswer: record.boolean("filter_by_answer"),
      distractors: record.integer("distractors"),
      traceForm: record.optionalString("trace_form").map { try named($0, "trace_form") })
    try settings.validate()
    return settings
  }

  private static func named<Name: RawRepresentable<String>>(
    _ text: String, _ setting: String
  ) throws -> Name {
    guard let name = Name(rawValue: text) else {
      throw ClipWorldError.setting(name: setting, message: "'\(text)' is unknown")
    }
    return name
  }

  static let withoutEffect = DiagnosticCode(
    5750, "teacher-setting-without-effect",
    "A mistake of the biased teacher is set, but the teacher is truthful.",
    Explanation(
      why: """
        The truthful teacher makes none of these mistakes, so the setting changes nothing and the \
        traces are better than the recipe says.
        """,
      example: .sections(example("direction_flips: 50%")),
      nearMiss: .sections(example("teacher: biased, direction_flips: 50%"))))

  private static func example(_ setting: String) -> String {
    """
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400, \(setting)}
      questions: {kind: clipworld, split: train, clips: 400}
      held_out: {kind: clipworld, split: test, clips: 100}
    """
  }

  private static let check: @Sendable (Record, CheckContext) -> [Diagnostic] = { record, context in
    guard record.optionalString("teacher") == ClipWorldSettings.Teacher.truthful.rawValue else {
      return []
    }
    return ["direction_flips", "span_slips", "filter_by_answer"].compactMap { key in
      guard let setting = record.setting(key), setting.origin == .written else { return nil }
      return Diagnostic(
        withoutEffect, severity: .warning,
        "`\(key)` has no effect: the truthful teacher makes no such mistake", at: setting.keySpan,
        help: "write `teacher: biased`, or remove `\(key)`", path: "\(context.path).\(key)")
    }
  }
}
