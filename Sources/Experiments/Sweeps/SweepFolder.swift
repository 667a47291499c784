import Foundation

/// Where a sweep is kept: `sweep.json journal.jsonl logs/ state/`, and the folder of a run for every
/// trial, named as the trial. Runs that lie side by side lend each other their stages.
public struct SweepFolder: Sendable, Hashable {
  public let url: URL

  public init(_ url: URL) { self.url = url.standardizedFileURL }

  /// `runs/<name>.sweep`
  public init(named name: String, below runs: URL) {
    self.init(runs.appendingPathComponent("\(name).sweep", isDirectory: true))
  }

  public var specificationFile: URL { url.appendingPathComponent("sweep.json") }
  public var journalFile: URL { url.appendingPathComponent("journal.jsonl") }

  /// What a trial's processes have printed.
  public func log(of trial: String) -> URL {
    url.appendingPathComponent("logs", isDirectory: true).appendingPathComponent("\(trial).log")
  }

  /// The folder of a trial's run.
  public func run(of trial: String) -> URL {
    url.appendingPathComponent(trial, isDirectory: true)
  }

  /// What the sweep consists of; nil where there is none.
  ///
  /// - Throws: `ExperimentError.malformed`, `.cannotRead`.
  public func specification() throws -> SweepSpecification? {
    guard FileManager.default.fileExists(atPath: specificationFile.path) else { return nil }
    let data: Data
    do {
      data = try Data(contentsOf: specificationFile)
    } catch {
      throw ExperimentError.cannotRead(
        file: specificationFile.path, reason: error.localizedDescription)
    }
    do {
      return try JSONDecoder().decode(SweepSpecification.self, from: data)
    } catch {
      throw ExperimentError.malformed(
        file: specificationFile.path, line: 0, reason: JSONLinesReader.reason(of: error))
    }
  }

  func write(_ specification: SweepSpecification) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let data = try encoder.encode(specification) + Data("\n".utf8)
    try AtomicFile.write(data, to: specificationFile)
  }

  /// All that has happened, in order.
  ///
  /// - Throws: `ExperimentError.malformed` with the line, `.cannotRead`.
  public func journal() throws -> [SweepEvent] {
    try JSONLinesReader.read(SweepEvent.self, from: journalFile)
  }

  /// The run of a trial; nil while it has none.
  public func directory(of trial: String) -> RunDirectory? {
    try? RunDirectory.open(at: run(of: trial))
  }

  /// The process that works on a trial, 0 where its number is not known; nil where none does.
  func process(of trial: String) -> Int? { RunLock.process(holding: run(of: trial)) }

  /// The digests of the stages that are complete in any trial.
  func finishedStages(_ trials: [SweepSpecification.Trial]) -> Set<String> {
    var digests: Set<String> = []
    for trial in trials {
      let checkpoints = run(of: trial.name).appendingPathComponent("checkpoints")
      // A trial is known by all that it executes, so what lies in its folder is what it is to be.
      for stage in trial.stages where !digests.contains(stage.digest) {
        let note = checkpoints.appendingPathComponent("\(stage.name).json")
        if FileManager.default.fileExists(atPath: note.path) { digests.insert(stage.digest) }
      }
    }
    return digests
  }
}
