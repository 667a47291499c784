import Foundation
import Models
import Rewards
import TensorEngine
import TrainingGraph

/// What a run needs from outside: worlds and files, judges, a place for checkpoints, an audience.
public struct TrainerServices: Sendable {
  /// Providers of records, by the `kind` of a dataset.
  public var data: [String: any DataSource]
  /// Makes a judge from its specification.
  public var makeJudge: @Sendable (JudgeSpecification) throws -> any Judge
  /// Makes a generator from its specification.
  public var makeGenerator: @Sendable (GeneratorSpecification) throws -> any TraceGenerator
  public var stages: any StageStore
  public var observer: any TrainingObserver
  /// Keeps the parts of evaluations as they are done; nil where one that is stopped is made again.
  public var journal: (any EvaluationJournal)?
  /// Responses of an earlier run, in place of those that the policy would sample; nil where it samples.
  public var recorded: (any RecordedSteps)?
  /// How many steps of a stage are recorded without a gap: no state of later steps is gone on from. Nil where
  /// nothing is recorded but by this process.
  public var recordedSteps: @Sendable (_ stage: String) -> Int?
  /// Asked between steps, and where a judge or a generator throws `CancellationError`; true saves the state
  /// and ends the run with `TrainerError.interrupted`.
  public var isCancelled: @Sendable () -> Bool

  public init(
    data: [String: any DataSource],
    makeJudge: @escaping @Sendable (JudgeSpecification) throws -> any Judge,
    makeGenerator: @escaping @Sendable (GeneratorSpecification) throws -> any TraceGenerator = {
      throw TrainerError.unknownGenerator($0.api, generator: $0.name)
    }, stages: any StageStore, observer: any TrainingObserver,
    journal: (any EvaluationJournal)? = nil, recorded: (any RecordedSteps)? = nil,
    recordedSteps: @escaping @Sendable (_ stage: String) -> Int? = { _ in nil },
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.data = data
    self.makeJudge = makeJudge
    self.makeGenerator = makeGenerator
    self.stages = stages
    self.observer = observer
    self.journal = journal
    self.recorded = recorded
    self.recordedSteps = recordedSteps
    self.isCancelled = isCancelled
  }
}

/// Provides the records of a dataset, generating them where that is its nature.
public protocol DataSource: Sendable {
  func load(_ dataset: DatasetSpecification) throws -> LoadedDataset
  /// The accuracy of the best guess that looks at no video, where the source can know it.
  func blindAccuracy(_ records: [DataRecord]) -> Double?
}

/// Records with the folders their paths start from.
public struct LoadedDataset: Sendable {
  public var records: [DataRecord]
  public var folders: MediaFolders

  public init(records: [DataRecord], folders: MediaFolders) {
    self.records = records
    self.folders = folders
  }

  public init(records: [DataRecord], media: URL) {
    self.init(records: records, folders: MediaFolders(media: media))
  }

  /// Where a record's video or picture is.
  public func file(of record: DataRecord) -> URL {
    folders.file(record.path, of: record.dataSource)
  }
}

/// Where the results of stages live.
public protocol StageStore: Sendable {
  /// The folder of a finished stage with this digest, from this run or another one.
  func finishedStage(digest: String) throws -> URL?
  /// The folder that the checkpoint of a stage is to be written to.
  func checkpointFolder(stage: String) throws -> URL
  /// Notes that a stage's checkpoint is complete.
  func finish(stage: String, digest: String, folder: URL) throws
  /// The folder for the states of the stage in progress, see `StageStates`.
  var stateFolder: URL { get }
}

/// How a run is executed: what may change its speed, never its results.
public struct ExecutionSettings: Sendable, Equatable {
  public var threads: Int
  /// Optimizer steps between saved states.
  public var stateInterval: Int
  /// Saved states that stay while a stage goes on, by the stage; of others two.
  public var keptStates: [String: Int]
  /// Groups per policy step that are handed to the observer whole.
  public var recordedGroups: Int
  /// Policy steps of a stage, evenly spread, whose recorded groups also keep the most likely tokens
  /// beside each token: they make a record several times larger.
  public var detailedSteps: Int
  /// What gradients compute again instead of keeping it.
  public var recomputation: Recomputation
  /// The most responses that are decoded at once.
  public var rolloutsInFlight: Int
  /// Questions of an evaluation that are answered together; one that is stopped loses those in hand.
  public var evaluationBatch: Int

  public init(
    threads: Int = 2, stateInterval: Int = 50, keptStates: [String: Int] = [:],
    recordedGroups: Int = 2, detailedSteps: Int = 16,
    recomputation: Recomputation = .nothing, rolloutsInFlight: Int = PolicyModel.rolloutsInFlight,
    evaluationBatch: Int = 128
  ) {
    self.threads = threads
    self.stateInterval = stateInterval
    self.keptStates = keptStates
    self.recordedGroups = recordedGroups
    self.detailedSteps = detailedSteps
    self.recomputation = recomputation
    self.rolloutsInFlight = rolloutsInFlight
    self.evaluationBatch = max(1, evaluationBatch)
  }

  /// What is recorded of step `index` of `steps`, counted from 0.
  func recording(of index: Int, steps: Int) -> StepRecording {
    func place(_ index: Int) -> Int { index * detailedSteps / max(steps, 1) }
    let isDetailed = detailedSteps > 0 && (index == 0 || place(index) != place(index - 1))
    return StepRecording(groups: recordedGroups, choices: isDetailed ? 5 : 0)
  }
}

/// Why a run ended early.
public enum TrainerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The state after `step` steps of `stage` is saved.
  case interrupted(stage: String, step: Int)
  case unknownDataKind(String, dataset: String)
  case unknownGenerator(String, generator: String)
  case emptyDataset(String)
  /// A pipeline kept no item; the reasons, the most frequent first.
  case nothingKept(stage: String, reasons: [String])
  /// What a pipeline made is not what it wrote.
  case damagedRecords(path: String, reason: String)
  case emptyCurriculum(stage: String, column: String, value: String)
  case tooFewRecords(dataset: String, found: Int, needed: Int)
  case noTarget(dataset: String, record: String)
  /// A record says `video` and its file is a picture, or the other way round.
  case otherMedia(dataset: String, path: String, stated: String, found: String)
  /// A record has media, and nothing says how they are looked at.
  case unseenMedia(dataset: String, path: String)
  /// A step met NaN or infinity, and was not made.
  case notFinite(stage: String, step: Int, cause: String)
  /// The evaluation that is to choose a stage's result does not measure what it is to choose by. The state after
  /// the step is saved.
  case nothingToChooseBy(String, stage: String, step: Int)
  /// The best checkpoint of a stage in progress is not what was saved.
  case damagedCandidate(stage: String, step: Int, file: String)
  case brokenGraph(node: String, missing: String)
  case noPolicyStage
  case severalPolicyStages([String])
  case unknownStage(String, known: [String])
  /// A kept response cannot have so many tokens.
  case keptTokens(Int)
  /// A recording is not of this recipe and these data.
  case otherTrace(String)

  public var description: String {
    switch self {
    case .interrupted(let stage, let step): "interrupted after step \(step) of stage \(stage)"
    case .unknownDataKind(let kind, let dataset):
      "data `\(dataset)` is of kind `\(kind)`, which this build cannot load"
    case .unknownGenerator(let api, let generator):
      "generator `\(generator)` is of kind `\(api)`, which this build cannot ask"
    case .nothingKept(let stage, let reasons):
      "the pipeline `\(stage)` kept no item: \(reasons.joined(separator: "; "))"
    case .damagedRecords(let path, let reason):
      "\(path) is not as the pipeline wrote it: \(reason); remove its folder to make it again"
    case .emptyDataset(let name): "data `\(name)` has no records"
    case .emptyCurriculum(let stage, let column, let value):
      "the curriculum of stage `\(stage)` finds no record whose `\(column)` is `\(value)`"
    case .tooFewRecords(let dataset, let found, let needed):
      "data `\(dataset)` has \(found) records, but one step takes \(needed)"
    case .otherMedia(let dataset, let path, let stated, let found):
      "data \(dataset): '\(path)' is \(found == "image" ? "an image" : "a video"), but its record's "
        + "`data_type` is \(stated)"
    case .unseenMedia(let dataset, let path):
      "data \(dataset): nothing says how '\(path)' becomes frames; the recipe has no `video`"
    case .noTarget(let dataset, let record):
      "record \(record) of data `\(dataset)` has no `output`, and no `process`, to learn from"
    case .notFinite(let stage, let step, let cause):
      "step \(step) of stage \(stage) was not made: \(cause). The weights are those before the step; "
        + "a lower learning rate may keep them from growing out of range"
    case .nothingToChooseBy(let metric, let stage, let step):
      "the evaluation after step \(step) of stage \(stage) has no value for `\(metric)`, by which its "
        + "best checkpoint is to be chosen: no answer could be measured. The state is saved"
    case .damagedCandidate(let stage, let step, let file):
      "the best checkpoint of stage \(stage), that after step \(step), is damaged or gone: '\(file)'. "
        + "The same command goes on from a state before it"
    case .brokenGraph(let node, let missing): "\(node) has no \(missing)"
    case .keptTokens(let count): "no response with these segments has \(count) tokens"
    case .otherTrace(let difference): "the recording does not belong to this run: \(difference)"
    case .noPolicyStage:
      "no stage of the recipe samples responses, so nothing says how to credit them"
    case .severalPolicyStages(let names):
      "several stages sample responses: \(names.joined(separator: ", ")); name one with --stage"
    case .unknownStage(let name, let known):
      "no stage `\(name)` samples responses"
        + (known.isEmpty ? "" : "; one of \(known.joined(separator: ", ")) does")
    }
  }
}
