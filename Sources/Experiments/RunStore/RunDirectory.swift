import Foundation
import Rewards

/// The files at the top of a run directory.
public enum RunFile: String, Sendable, CaseIterable {
  /// The recipe as written.
  case recipe = "recipe.yaml"
  /// The recipe in full: with defaults, what it extends and what the command line changed.
  case resolved = "resolved.yaml"
  /// All that its results depend on, media aside unless the run was asked to compare them.
  case lock = "recipe.lock"
  /// The training graph that was executed, with its digests.
  case graph = "graph.json"
  /// One line per step and per evaluation.
  case metrics = "metrics.jsonl"
  /// All that the steps were made of: every response with its tokens, rewards and advantages.
  case trace = "trace.jsonl"
  /// One line per group of responses that is recorded for people.
  case rollouts = "rollouts.jsonl"
  /// What asking judges over the network came to: one line per judge and process of the run.
  case judges = "judges.jsonl"
  /// What judges and generators answered, each once: enough to repeat the run without them.
  case answers = "answers.jsonl"
  /// What became of the records of files: how many were kept, and which were dropped and why, by data set.
  case data = "data.json"
  /// What the run was and how it ended.
  case summary = "summary.json"
  /// The page for people.
  case report = "report.html"
}

/// Everything one run leaves behind, in one folder that can be moved and shared:
/// `recipe.yaml resolved.yaml recipe/ recipe.lock graph.json metrics.jsonl trace.jsonl rollouts.jsonl judges.jsonl
/// answers.jsonl data.json summary.json report.html evaluations/ checkpoints/ state/`.
public struct RunDirectory: Sendable, Hashable {
  public let url: URL

  /// The run's name: that of its folder.
  public var name: String { url.lastPathComponent }

  private init(_ url: URL) { self.url = url.standardizedFileURL }

  /// Creates the folder of a new run and stores its recipe.
  ///
  /// - Throws: `ExperimentError.runExists` when the folder already holds a recipe, `.diskFull`,
  ///   `.cannotWrite`.
  public static func create(at url: URL, recipe: RecipeRecord) throws -> RunDirectory {
    let run = RunDirectory(url)
    guard !run.contains(.recipe) else { throw ExperimentError.runExists(path: run.url.path) }
    for folder in [run.url, run.checkpoints, run.state] { try makeFolder(folder) }
    if !recipe.sources.isEmpty { try makeFolder(run.sources) }
    for (name, text) in recipe.sources {
      try AtomicFile.write(Data(text.utf8), to: run.sources.appendingPathComponent(name))
    }
    if let places = recipe.places(run.url(of: .recipe)) { try run.write(places) }
    if let resolved = recipe.resolved(run.url(of: .resolved)) {
      try run.write(Data(resolved.utf8), to: .resolved)
    }
    // Last: a folder with a recipe is a run.
    try run.write(Data(recipe.text.utf8), to: .recipe)
    return run
  }

  /// Whether a file or folder of this name is written before a run's summary, whole or not.
  static func isWrittenFirst(_ name: String) -> Bool {
    let files: [RunFile] = [.recipe, .resolved, .graph]
    return ["state", "checkpoints", "recipe"].contains(name)
      || files.contains { name == $0.rawValue || name.hasPrefix(".\($0.rawValue).") }
      || name.hasPrefix(".\(RunFile.summary.rawValue).")
  }

  /// Opens the folder of an earlier run.
  ///
  /// - Throws: `ExperimentError.noSuchRun`, `.notARun`.
  public static func open(at url: URL) throws -> RunDirectory {
    let run = RunDirectory(url)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: run.url.path, isDirectory: &isFolder) else {
      throw ExperimentError.noSuchRun(path: url.path)
    }
    guard isFolder.boolValue, run.contains(.recipe) else {
      throw ExperimentError.notARun(path: url.path)
    }
    return run
  }

  /// The location of one of the run's files.
  public func url(of file: RunFile) -> URL { url.appendingPathComponent(file.rawValue) }

  /// The folder with one folder of Hugging Face files per stage.
  public var checkpoints: URL { url.appendingPathComponent("checkpoints", isDirectory: true) }

  /// The checkpoint of one stage.
  public func checkpoint(ofStage stage: String) -> URL {
    checkpoints.appendingPathComponent(stage, isDirectory: true)
  }

  /// The files that the recipe extends, the overlays, its prompts, and the arguments that changed it, with
  /// where they were.
  public var sources: URL { url.appendingPathComponent("recipe", isDirectory: true) }

  /// The responses of every evaluation, in a file each.
  public var evaluations: EvaluationFiles {
    EvaluationFiles(url.appendingPathComponent("evaluations", isDirectory: true))
  }

  /// What a killed run resumes from.
  public var state: URL { Self.state(of: url) }

  static func state(of run: URL) -> URL { run.appendingPathComponent("state", isDirectory: true) }

  /// Whether the file exists.
  public func contains(_ file: RunFile) -> Bool {
    FileManager.default.fileExists(atPath: url(of: file).path)
  }

  /// Replaces one file atomically; a full disk leaves the old one.
  public func write(_ data: Data, to file: RunFile) throws {
    try AtomicFile.write(data, to: url(of: file))
  }

  /// Replaces one file atomically with a JSON value, keys sorted.
  public func write<Value: Encodable>(json value: Value, to file: RunFile) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let data: Data
    do {
      data = try encoder.encode(value)
    } catch {
      throw ExperimentError.cannotWrite(
        file: url(of: file).path, reason: "a value in it is not a finite number")
    }
    try write(data + Data("\n".utf8), to: file)
  }

  /// The file's contents; `nil` when the file is absent.
  public func read(_ file: RunFile) throws -> Data? {
    guard contains(file) else { return nil }
    do {
      return try Data(contentsOf: url(of: file))
    } catch {
      throw ExperimentError.cannotRead(
        file: url(of: file).path, reason: error.localizedDescription)
    }
  }

  /// Decodes a JSON file; `nil` when the file is absent.
  ///
  /// - Throws: `ExperimentError.malformed`, `.cannotRead`.
  public func read<Value: Decodable>(_ type: Value.Type, from file: RunFile) throws -> Value? {
    guard let data = try read(file) else { return nil }
    do {
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      throw ExperimentError.malformed(
        file: url(of: file).path, line: 0, reason: JSONLinesReader.reason(of: error))
    }
  }

  /// Keeps what became of the records of one data set, beside what became of those of others.
  ///
  /// - Throws: `ExperimentError`.
  public func record(_ report: RecordReport, ofData name: String) throws {
    var reports = try read([String: RecordReport].self, from: .data) ?? [:]
    reports[name] = report
    try write(json: reports, to: .data)
  }

  /// Opens `metrics.jsonl` or another file of lines for appending.
  public func writer(for file: RunFile) throws -> JSONLinesWriter {
    try JSONLinesWriter(url(of: file))
  }

  static func makeFolder(_ url: URL) throws {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    } catch {
      if let cause = (error as? CocoaError)?.underlying as? POSIXError {
        throw ExperimentError.writing(url, cause.code.rawValue)
      }
      throw ExperimentError.cannotWrite(file: url.path, reason: error.localizedDescription)
    }
  }
}
