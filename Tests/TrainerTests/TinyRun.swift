import ClipWorld
import Foundation
import Judges
import RecipeLanguage
import Rewards
import Synchronization
import Trainer
import TrainingGraph

/// A run of a few steps of a very small model on a few clips, in a folder of its own.
struct TinyRun {
  static let recipe = """
    sousvide: 1
    edition: 2026-11
    run: {name: tiny, seed: 3}
    model:
      architecture: qwen2_5_vl
      from: scratch
      text: {hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48, rope_theta: 20, mrope_section: [2, 3, 3]}
      vision: {hidden_size: 32, depth: 1, heads: 2, intermediate_size: 32, full_attention_blocks: [0]}
      tokenizer: {train_on: traces, vocabulary_size: 400}
      prompt: {system: ""}
    video: {sampler: uniform, frames: 4}
    data:
      traces: {kind: clipworld, split: foundation, clips: 8, seed: 1}
      questions: {kind: clipworld, split: train, clips: 6, seed: 2}
    segments:
      observation: {process: perception}
      think: {process: reasoning}
      answer: {process: reasoning}
    judges:
      sufficiency:
        api: oracle
        sees: [item.problem, item.options, item.answer, segment.observation]
        uses_reference: true
    rewards:
      sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
      brief: {kind: length, of: [observation], window: 1..24 tok, credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      template: {kind: format, of: [think, answer], credit: reasoning}
      words: {kind: length, of: [think, answer], window: 1..8 tok, credit: reasoning}
    stages:
      cold:
        algorithm: sft
        data: traces
        steps: 40
        batch_size: 8
        learning_rate: 1.0e-2
        curriculum: {column: objects, value: "1", steps: 2}
      rl:
        algorithm: process_aware_grpo
        init: cold
        data: questions
        steps: 3
        prompts_per_step: 2
        group_size: 4
        sampling: {max_new_tokens: 40 tok}
        kl: {coefficient: 0.04, reference: cold}
        learning_rate: 1.0e-3
    eval:
      check: {data: questions, after: [cold, rl], max_new_tokens: 40 tok}
    """

  let folder: URL
  let recorder = Recorder()

  init(in folder: URL) { self.folder = folder }

  static func graph(_ replacements: [(String, String)] = []) throws -> TrainingGraph {
    try Lowering.lower(checked(replacements))
  }

  static func checked(_ replacements: [(String, String)] = []) throws -> CheckedRecipe {
    var text = recipe
    for (old, new) in replacements { text = text.replacingOccurrences(of: old, with: new) }
    let vocabulary = Vocabulary(
      rewards: RewardRegistry.standard.schemas, algorithms: Algorithms.schemas,
      judges: [OracleJudge.schema] + JudgeKinds.schemas,
      generators: [OracleGenerator.schema] + GeneratorKinds.schemas,
      data: [ClipWorldDataKind.schema], models: [QwenModelKind.schema],
      samplers: SamplerKinds.schemas)
    let result = RecipeChecker.check(text: text, vocabulary: vocabulary)
    guard let recipe = result.recipe else {
      throw TinyRunError(text: DiagnosticRenderer(files: result.files).render(result.diagnostics))
    }
    return recipe
  }

  /// Three passes over two minibatches, with a range that nothing off policy lies in.
  static var reusing: TrainingGraph {
    get throws {
      try graph([
        (
          "group_size: 4",
          """
          group_size: 4
              passes_per_batch: 3
              minibatches: 2
              ratio: segment
              clip: {low: 0, high: 0}
          """
        )
      ])
    }
  }

  /// Runs the graph; the worlds are shared by all runs of a folder's parent.
  func run(
    _ graph: TrainingGraph, threads: Int = 2, stoppingAfter events: Int = .max
  ) async throws {
    try await run(graph, threads: threads, services: services(stoppingAfter: events))
  }

  /// Services of a run in a folder of its own.
  func services(stoppingAfter events: Int = .max) throws -> TrainerServices {
    let recorder = recorder
    return TrainerServices(
      data: ["clipworld": Worlds(folder: folder.appendingPathComponent("worlds"))],
      makeJudge: { try OracleJudge($0.settings) },
      makeGenerator: { try OracleGenerator($0.settings) },
      stages: try Stages(folder: folder.appendingPathComponent("run-\(UUID().uuidString)")),
      observer: recorder, isCancelled: { recorder.count >= events })
  }

  func run(_ graph: TrainingGraph, threads: Int, services: TrainerServices) async throws {
    let settings = ExecutionSettings(threads: threads, stateInterval: 2, recordedGroups: 2)
    try await Trainer(graph, services: services, settings: settings).run()
  }
}

struct TinyRunError: Error, CustomStringConvertible {
  var text: String
  var description: String { text }
}

/// Keeps what it is told.
final class Recorder: TrainingObserver {
  private let events = Mutex<[TrainingEvent]>([])

  func receive(_ event: TrainingEvent) throws { events.withLock { $0.append(event) } }
  func synchronize() throws {}

  var count: Int { events.withLock { $0.count } }

  var steps: [StepRecord] {
    events.withLock { $0.compactMap { if case .step(let record) = $0 { record } else { nil } } }
  }
  var traces: [StepTrace] {
    events.withLock { $0.compactMap { if case .trace(let trace) = $0 { trace } else { nil } } }
  }
  var evaluations: [EvaluationRecord] {
    events.withLock {
      $0.compactMap { if case .evaluation(let record) = $0 { record } else { nil } }
    }
  }
  var evaluatedItems: [[EvaluatedItem]] {
    events.withLock { $0.compactMap { if case .evaluated(let items) = $0 { items } else { nil } } }
  }
  var intermediate: [EvaluationRecord] {
    events.withLock {
      $0.compactMap { if case .intermediate(let record, _) = $0 { record } else { nil } }
    }
  }
  var intermediateItems: [[EvaluatedItem]] {
    events.withLock {
      $0.compactMap { if case .intermediate(_, let items) = $0 { items } else { nil } }
    }
  }
  var rollouts: [RolloutRecord] {
    events.withLock { $0.compactMap { if case .rollouts(let record) = $0 { record } else { nil } } }
  }
  var finished: [StageFinish] {
    events.withLock {
      $0.compactMap { if case .stageFinished(let record) = $0 { record } else { nil } }
    }
  }
}

struct Worlds: DataSource {
  let folder: URL

  func load(_ dataset: DatasetSpecification) throws -> LoadedDataset {
    let world = folder.appendingPathComponent(dataset.name)
    let records = try ClipWorldGenerator.generate(
      ClipWorldDataKind.settings(dataset.settings), into: world)
    return LoadedDataset(records: records, media: world)
  }

  func blindAccuracy(_ records: [DataRecord]) -> Double? { ClipWorldBaselines.blindMean(records) }
}

/// Checkpoints in a folder, with the digests of finished stages in memory.
final class Stages: StageStore {
  let folder: URL
  private let finished = Mutex<[String: URL]>([:])

  init(folder: URL) throws {
    self.folder = folder
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  var stateFolder: URL { folder }
  func finishedStage(digest: String) throws -> URL? { finished.withLock { $0[digest] } }
  func checkpointFolder(stage: String) throws -> URL { folder.appendingPathComponent(stage) }
  func finish(stage: String, digest: String, folder: URL) throws {
    finished.withLock { $0[digest] = folder }
    StageStates(stateFolder).clear()
  }
}

/// A folder of its own for one test, removed afterwards.
func withFolder(_ body: (URL) async throws -> Void) async throws {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("sousvide-trainer-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  try await body(url)
}
