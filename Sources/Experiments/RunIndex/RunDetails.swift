import Foundation
import Trainer

/// All that is worth knowing of one run without opening its files.
public struct RunDetails: Sendable, Codable, Equatable {
  public struct Stage: Sendable, Codable, Equatable {
    public var name: String
    public var algorithm: String
    public var done: Int
    public var steps: Int
    public var isComplete: Bool
    public var startsFrom: String?
    public var seconds: Double?
    /// SHA-256 over the settings of the node that makes it and over its inputs: what stages are known by.
    public var digest: String?
    /// SHA-256 over the weights of its checkpoint, or the records of a pipeline.
    public var checkpointDigest: String?
    /// Which of its checkpoints is its result; nil for the last one.
    public var choice: StageSelection?
    /// The folder of its checkpoint; nil where it is in none of this run.
    public var checkpoint: String?
    /// The run that it was taken over from; nil for one that the run made itself.
    public var takenFrom: String?
  }

  /// What one node of the graph was told, in a line.
  public struct Setting: Sendable, Codable, Equatable {
    public var node: String
    public var summary: String
  }

  public var entry: RunEntry
  public var cites: [String]
  public var seed: UInt64?
  public var threads: Int?
  public var parameterCount: Int?
  public var peakMemoryBytes: UInt64?
  public var environment: [String: String]
  public var graphDigest: String?
  public var settings: [Setting]
  public var stages: [Stage]
  public var evaluations: [EvaluationRecord]
  /// Paths of the files that are there, by what they are.
  public var files: [String: String]

  /// - Throws: `ExperimentError.malformed`, `.cannotRead`.
  public init(_ run: RunDirectory) throws {
    entry = RunEntry(run, named: run.name, bytes: FolderFacts(run.url).bytes)
    if RunLock.process(holding: run.url) != nil { entry.outcome = .running }
    let summary = try run.read(RunSummary.self, from: .summary)
    let graph = try run.read(GraphRecord.self, from: .graph)
    cites = summary?.cites ?? []
    seed = summary?.seed
    threads = summary?.threads
    parameterCount = summary?.parameterCount
    peakMemoryBytes = summary?.peakMemoryBytes
    environment = summary?.environment ?? [:]
    graphDigest = graph?.digest
    settings = (graph?.nodes ?? []).filter { !$0.summary.isEmpty }.map {
      Setting(node: $0.id, summary: $0.summary)
    }
    evaluations = try run.metrics().evaluations
    let holders = StageHolders(run.siblings)
    let digests = Dictionary((graph?.nodes ?? []).map { ($0.id, $0.digest) }) { first, _ in first }
    let entries = Dictionary(entry.stages.map { ($0.name, $0) }) { first, _ in first }
    stages = (summary?.stages ?? []).map { stage in
      let folder = run.checkpoint(ofStage: stage.name)
      let isHere = FileManager.default.fileExists(atPath: folder.path)
      let known = entries[stage.name]
      return Stage(
        name: stage.name, algorithm: stage.algorithm, done: known?.done ?? 0, steps: stage.steps,
        isComplete: known?.isComplete ?? false, startsFrom: stage.startsFrom,
        seconds: stage.seconds, digest: digests[stage.name],
        checkpointDigest: stage.checkpointDigest, choice: stage.choice,
        checkpoint: isHere ? folder.path : nil,
        takenFrom: digests[stage.name].flatMap {
          isHere ? nil : holders.lender(of: $0, to: run.name)
        })
    }
    var files: [String: String] = [:]
    for file in RunFile.allCases where run.contains(file) {
      files["\(file)"] = run.url(of: file).path
    }
    for folder in [run.evaluations.folder, run.checkpoints]
    where FileManager.default.fileExists(atPath: folder.path) {
      files[folder.lastPathComponent] = folder.path
    }
    self.files = files
  }
}
