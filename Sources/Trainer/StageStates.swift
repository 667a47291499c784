import Foundation
import Models

/// The last states of the stage in progress, and its best checkpoint so far where one is chosen. A state that
/// was damaged on the disk is found out, and the one before it is still there.
public struct StageStates {
  private let states: StateFiles
  private let candidates: StageCandidates
  /// The file that is being written: one of a process that was killed is of no use.
  public static let unfinishedFile = StateFiles.unfinished

  public init(_ folder: URL) {
    states = StateFiles(folder: folder, prefix: "stage-")
    candidates = StageCandidates(folder)
  }

  /// Of states and checkpoints, newest first.
  public var files: [URL] { states.all.map(\.url) + candidates.files }

  /// Writes the state of `stage` after `step` steps, and removes what no longer needs to be there.
  ///
  /// - Parameter last: so many states stay.
  /// - Throws: `ModelError.cannotWrite`; the states before are then untouched.
  func save(
    _ stage: some TrainingStage, step: Int, digest: String, findings: StageFindings? = nil,
    last: Int = 2
  ) throws {
    let saved = try states.add(step: step) {
      try StageState.save(stage, step: step, digest: digest, findings: findings, to: $0)
    }
    // One that is said to be of a later step was damaged, or is of another stage; one of the same step has not
    // been evaluated yet.
    let before = states.all.filter { $0.step < step }.prefix(max(0, last - 1))
    let kept = Set(([saved] + before).map(\.digest))
    states.remove { !kept.contains($0.digest) }
    if let findings { removeCandidates(but: findings) }
  }

  /// Keeps the checkpoint of a step that is the best so far, and those that a state would go on with.
  func keep(_ stage: some TrainingStage, step: Int, digest: String, _ findings: StageFindings)
    throws
  {
    try candidates.save(stage, step: step, digest: digest)
    removeCandidates(but: findings)
  }

  /// Puts the newest state of the node with this digest back that is as it was saved, with the checkpoint that
  /// was the best then.
  ///
  /// - Parameters:
  ///   - last: no state of later steps is put back; nil for any.
  ///   - damaged: told of every newer file that is not as it was saved.
  /// - Returns: The number of completed steps, 0 without a state, and what evaluations had found.
  func restore(
    _ stage: some TrainingStage, digest: String, upTo last: Int? = nil,
    damaged: (URL) throws -> Void
  ) throws -> (step: Int, findings: StageFindings) {
    for state in states.all where state.step <= last ?? .max {
      guard state.isWhole else {
        try damaged(state.url)
        continue
      }
      let findings = try StageState.findings(digest: digest, in: state.url)
      if let best = findings?.best?.step, best != stage.steps,
        let other = candidates.damage(ofStep: best)
      {
        try damaged(other)
        continue
      }
      let step = try StageState.restore(stage, digest: digest, from: state.url)
      if step > 0 { return (step, findings ?? StageFindings()) }
    }
    return (0, StageFindings())
  }

  /// Puts the weights of the best checkpoint in the place of the last ones.
  ///
  /// - Throws: `TrainerError.damagedCandidate`.
  func restoreBest(_ stage: some TrainingStage, step: Int, digest: String) throws {
    try candidates.restore(stage, step: step, digest: digest)
  }

  /// Removes them, when the stage is finished.
  public func clear() {
    states.remove { _ in true }
    candidates.remove { _ in true }
  }

  /// What was the best before the evaluation at a state's step, and after it, is what that state goes on with.
  private func removeCandidates(but findings: StageFindings) {
    let steps = states.all.map(\.step)
    let needed =
      [findings.best] + steps.flatMap { [findings.best(to: $0), findings.best(to: $0 - 1)] }
    let kept = Set(needed.compactMap { $0?.step })
    candidates.remove { !kept.contains($0) }
  }
}
