import Models
import Rewards
import TensorEngine

/// A stage that trains a policy step by step. Everything random in it is a function of the step,
/// so that weights, optimizer state, what rewards remember and the step number are the whole state.
protocol TrainingStage {
  var stage: String { get }
  var algorithm: String { get }
  var steps: Int { get }
  var policy: PolicyModel { get }
  var optimizer: AdamW { get }
  var items: ItemStore { get }

  /// Makes optimizer step `index`, counted from 0, and hands back some groups whole.
  func advance(_ index: Int, recording: StepRecording) async throws -> StageStep

  /// What rewards and normalizations remember.
  var memory: RewardMemory { get nonmutating set }
}

extension TrainingStage {
  /// A stage without rewards remembers nothing.
  var memory: RewardMemory {
    get { RewardMemory() }
    nonmutating set {}
  }
}

/// What of a step's groups is recorded.
struct StepRecording: Equatable {
  /// Groups at most.
  var groups: Int
  /// The most likely other tokens beside each token of theirs.
  var choices: Int
}

/// What a step reports.
struct StageStep {
  var record: StepRecord
  var trace: StepTrace
  var rollouts: [RolloutRecord]
}
