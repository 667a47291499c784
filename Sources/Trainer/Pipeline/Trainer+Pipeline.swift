import Foundation
import Rewards
import TrainingGraph

extension Trainer {
  /// Items that are worked on side by side, so that a generator far away is asked about all of them at
  /// once; their outcomes reach the disk together.
  static let pipelineBatch = 32

  /// Runs a pipeline from where it stopped, unless it is finished: here, or with the same digest in
  /// another run.
  func runPipeline(
    _ pipeline: PipelineSpecification, _ node: TrainingNode, _ sources: inout RunSources
  ) async throws {
    let digest = digests[node.id] ?? ""
    if let finished = try services.stages.finishedStage(digest: digest) {
      return try report(pipeline, PipelineFolder(finished))
    }
    let items = try sources.items(try input(of: node, .items))
    let records = items.records
    let stage = try PipelineStage(
      pipeline, graph, try sources.format(try input(of: node, .tokenizer)), services)
    let folder = PipelineFolder(try services.stages.checkpointFolder(stage: pipeline.stage))
    var outcomes = try folder.begin(digest: digest, batch: Self.pipelineBatch)
    var funnel = PipelineFunnel(steps: pipeline.steps.map(\.name))
    for outcome in outcomes { funnel.count(outcome) }
    try services.observer.receive(
      .stageStarted(
        StageStart(
          stage: pipeline.stage, algorithm: "pipeline", completedSteps: outcomes.count,
          steps: records.count)))
    while outcomes.count < records.count {
      let end = min(records.count, outcomes.count + Self.pipelineBatch)
      let media = (outcomes.count..<end).map { items.media($0, isKept: false) }
      let batch = try await interruptible(pipeline.stage, step: outcomes.count) {
        try await Self.outcomes(stage, records, media, outcomes.count..<end)
      }
      for outcome in batch { funnel.count(outcome) }
      try services.observer.receive(
        .step(
          StepRecord(
            stage: pipeline.stage, algorithm: "pipeline", step: end, of: records.count,
            values: funnel.values)))
      // What is recorded reaches the disk before the outcomes that a later process goes on from.
      try services.observer.synchronize()
      try folder.append(batch)
      outcomes += batch
    }
    guard funnel.kept > 0 else {
      throw TrainerError.nothingKept(stage: pipeline.stage, reasons: Self.reasons(outcomes))
    }
    _ = try folder.finish(outcomes, funnel)
    try services.stages.finish(stage: pipeline.stage, digest: digest, folder: folder.url)
    try report(pipeline, folder)
  }

  private func report(_ pipeline: PipelineSpecification, _ folder: PipelineFolder) throws {
    let manifest = try folder.manifest()
    try services.observer.receive(
      .stageFinished(
        StageFinish(
          stage: pipeline.stage, checkpoint: folder.url.path, digest: manifest.digest,
          funnel: manifest.funnel)))
  }

  /// The outcomes of some items, in their order.
  private static func outcomes(
    _ stage: PipelineStage, _ records: [DataRecord], _ media: [SampledMedia?], _ range: Range<Int>
  ) async throws -> [PipelineOutcome] {
    try await withThrowingTaskGroup(of: PipelineOutcome.self) { tasks in
      for index in range {
        let media = media[index - range.lowerBound]
        tasks.addTask { try await stage.outcome(index, records[index], media) }
      }
      var outcomes: [PipelineOutcome] = []
      for try await outcome in tasks { outcomes.append(outcome) }
      return outcomes.sorted { $0.index < $1.index }
    }
  }

  /// The most frequent reasons, for people.
  private static func reasons(_ outcomes: [PipelineOutcome]) -> [String] {
    var counts: [String: Int] = [:]
    for drop in outcomes.compactMap(\.dropped) {
      counts["`\(drop.step)`: \(drop.reason)", default: 0] += 1
    }
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(3)
      .map { "\($0.value) times \($0.key)" }
  }
}
