/// Why something cannot be replayed, or is not what was recorded.
public enum ReplayError: Error, Sendable, Equatable, CustomStringConvertible {
  case noStep(Int, stage: String, file: String)
  /// The run made no step of the stage itself; nil for of any.
  case noStage(String?, known: [String])
  case noCommonStage([String], [String])
  /// What is recorded contradicts its digests.
  case damaged(file: String, line: Int, stage: String, step: Int, what: String)
  /// A step that was computed again is another one.
  case differs(StepDifference)

  public var description: String {
    switch self {
    case .noStep(let step, let stage, let file): "'\(file)' has no step \(step) of stage \(stage)"
    case .noStage(let stage?, let known):
      "the run made no step of a stage `\(stage)`"
        + (known.isEmpty ? "" : "; it made those of \(known.joined(separator: ", "))")
    case .noStage(nil, _): "the run made no step itself, so there is nothing to replay"
    case .noCommonStage(let first, let second):
      "the runs have no stage in common: one made steps of \(first.joined(separator: ", ")), the other of "
        + second.joined(separator: ", ")
    case .damaged(let file, let line, let stage, let step, let what):
      "'\(file)' line \(line), step \(step) of stage \(stage): \(what). Somebody or something has changed "
        + "it since"
    case .differs(let difference):
      "step \(difference.step) of stage \(difference.stage) differs in its \(difference.layer)"
    }
  }
}
