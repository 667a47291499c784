import Trainer

/// Where two runs part: the first step whose chain of digests is another, with the first layer of it.
public struct RunComparison: Sendable {
  /// Stages of which both runs made steps, with the steps that are equal.
  public private(set) var stages: [(name: String, equal: Int, first: Int, second: Int)] = []
  /// Nil when no step that both have differs.
  public private(set) var difference: StepDifference?

  /// - Throws: `ReplayError.noCommonStage` for runs that share no stage, `.damaged` for a recording that was
  ///   changed; `ExperimentError`.
  public init(_ first: TraceFile, _ second: TraceFile) throws {
    for stage in first.stages {
      guard let other = second.stages.first(where: { $0.name == stage.name }) else { continue }
      let common = min(stage.steps, other.steps)
      let equal = try Self.equalSteps(of: stage.name, common: common, first, second)
      stages.append((stage.name, equal, stage.steps, other.steps))
      guard equal < common else { continue }
      let (one, two) = (
        try first.recorded(equal + 1, of: stage.name),
        try second.recorded(equal + 1, of: stage.name)
      )
      difference = StepDifference(
        .init(line: one.line, metrics: one.metrics), .init(line: two.line, metrics: two.metrics))
      return
    }
    guard !stages.isEmpty else {
      throw ReplayError.noCommonStage(first.stages.map(\.name), second.stages.map(\.name))
    }
  }

  /// A chain that is equal at a step is equal at all before it, so that halving finds the first that is not.
  private static func equalSteps(
    of stage: String, common: Int, _ first: TraceFile, _ second: TraceFile
  ) throws -> Int {
    var (equal, other) = (0, common + 1)
    while other - equal > 1 {
      let middle = (equal + other) / 2
      if try first.chain(middle, of: stage) == second.chain(middle, of: stage) {
        equal = middle
      } else {
        other = middle
      }
    }
    return equal
  }
}
