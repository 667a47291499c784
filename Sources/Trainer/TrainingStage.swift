import Models
import TensorEngine

/// A stage that trains a policy step by step. Everything random in it is a function of the step,
/// so that weights, optimizer state and step number are the whole state.
protocol TrainingStage {
  var stage: String { get }
  var algorithm: String { get }
  var steps: Int { get }
  var policy: PolicyModel { get }
  var optimizer: AdamW { get }
  var items: ItemStore { get }

  /// Makes optimizer step `index`, counted from 0, and hands back up to `groups` groups whole.
  func advance(_ index: Int, recording groups: Int) async throws -> StageStep
}

/// What a step reports.
struct StageStep {
  var record: StepRecord
  var rollouts: [RolloutRecord]
}
