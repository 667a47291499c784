import Foundation

/// Where a sweep is kept: `sweep.json journal.jsonl logs/ state/`, `slurm/` where a cluster makes it, and
/// the folder of a run for every trial, named as the trial. Runs that lie side by side lend each other
/// their stages.
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

  /// The scripts that a cluster was given, and what it has to say.
  var slurm: URL { url.appendingPathComponent("slurm", isDirectory: true) }

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
    let name = try specification()?.name
    var events: [SweepEvent] = []
    try JSONLinesReader.forEach(JournalLine.self, in: journalFile) { line in
      if let other = line.event.sweep, let name, other != name {
        throw LineDamage(reason: "it is of sweep `\(other)`, and this is `\(name)`")
      }
      events.append(line.event)
    }
    return events
  }

  /// The run of a trial; nil while it has none.
  public func directory(of trial: String) -> RunDirectory? {
    try? RunDirectory.open(at: run(of: trial))
  }

  /// Whether the run of a trial has come to its end.
  func isFinished(_ trial: String) -> Bool {
    let summary = directory(of: trial).flatMap { try? $0.read(RunSummary.self, from: .summary) }
    return summary?.outcome == .finished
  }

  /// The last lines that a trial's processes have printed.
  func endOfLog(of trial: String) -> [String] { Self.lastLines(of: log(of: trial)) }

  static func lastLines(of log: URL) -> [String] {
    let data = try? Data(contentsOf: log, options: .mappedIfSafe)
    let printed = data.map { String(decoding: $0.suffix(4000), as: UTF8.self) } ?? ""
    let lines = printed.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    return lines.filter { !$0.isEmpty }.suffix(3)
  }

  /// The length of all that a trial's processes have recorded line by line: it grows as the trial gets
  /// on, wherever it was saved last.
  func recordedBytes(of trial: String) -> Int {
    let folder = run(of: trial)
    let files = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
    return files.filter { $0.hasSuffix(".jsonl") }.reduce(0) { sum, file in
      let path = folder.appendingPathComponent(file).path
      let size = try? FileManager.default.attributesOfItem(atPath: path)[.size]
      return sum + ((size as? Int) ?? 0)
    }
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
