/// How a run is shown while it goes on.
enum ProgressMode: String, CaseIterable, ArgumentValue {
  /// `bar` on a terminal that can redraw a line, `plain` everywhere else.
  case auto
  /// Lines that redraw themselves.
  case bar
  /// Lines now and then.
  case plain
  /// An object in a line of its own for everything that happens: sousvide.progress/1.
  case json
  /// Nothing but warnings.
  case none

  static let option = Argument<ProgressMode>.option(
    "progress", default: .auto, spelled: ProgressMode.auto.rawValue,
    help:
      "what standard error shows of the run: auto (bar on a terminal, plain elsewhere), bar, plain, json or none"
  )
}

/// A line of `--progress json`: sousvide.progress/1. What an event does not have is left out.
struct ProgressEvent: Encodable, Sendable {
  enum Kind: String, Encodable, Sendable {
    case stageStarted = "stage_started"
    case step, evaluation
    case stageFinished = "stage_finished"
    case note, warning
  }

  var schema = "sousvide.progress/1"
  var event: Kind
  var stage: String?
  var algorithm: String?
  var step: Int?
  var of: Int?
  var evaluation: String?
  var values: [String: Double]?
  /// Of the stage, in this process.
  var seconds: Double?
  var secondsLeft: Double?
  var text: String?
}
