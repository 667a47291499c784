import Foundation

/// The folder that runs are kept in: runs, sweeps with the runs of their trials, the tape of judges and the
/// index.
public struct RunsFolder: Sendable, Hashable {
  public let url: URL

  /// - Throws: `ExperimentError.noSuchRun` where there is no folder.
  public init(_ url: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
      isFolder.boolValue
    else { throw ExperimentError.noSuchRun(path: url.path) }
    self.url = url.standardizedFileURL
  }

  /// The runs by their names below the folder, in order.
  ///
  /// - Parameter inSweeps: whether the trials of sweeps are among them.
  public func runs(inSweeps: Bool) -> [(name: String, run: RunDirectory)] {
    var runs = Self.runs(in: url).map { (name: $0.name, run: $0) }
    if inSweeps {
      for sweep in sweeps {
        runs += Self.runs(in: sweep.url).map { (sweep.url.lastPathComponent + "/" + $0.name, $0) }
      }
    }
    return runs.sorted { $0.name < $1.name }
  }

  /// The folders of sweeps, in order.
  var sweeps: [SweepFolder] {
    Self.folders(in: url).filter { $0.pathExtension == Self.sweepEnding }.map { SweepFolder($0) }
  }

  /// The runs as a list shows them, from the index where their files are as they were.
  ///
  /// - Parameter inSweeps: whether the trials of sweeps are among them.
  public func entries(inSweeps: Bool = false) -> [RunEntry] {
    let runs = runs(inSweeps: inSweeps)
    let index = RunIndex(in: url)
    var read: [(entry: RunEntry, fingerprint: String)] = []
    let entries = runs.map { name, run -> RunEntry in
      let facts = FolderFacts(run.url)
      var entry: RunEntry
      if let known = index?.entry(name, fingerprint: facts.fingerprint) {
        entry = known
        entry.bytes = facts.bytes
      } else {
        entry = RunEntry(run, named: name, bytes: facts.bytes)
        read.append((entry, facts.fingerprint))
      }
      if RunLock.process(holding: run.url) != nil { entry.outcome = .running }
      return entry
    }
    // Trials that were not looked at are not gone.
    let all = inSweeps ? runs : self.runs(inSweeps: true)
    index?.keep(read, of: Set(all.map(\.name)))
    return entries
  }

  /// The run with a name below the folder, or at a path.
  ///
  /// - Throws: `ExperimentError.noSuchRun`, `.notARun`.
  public func run(_ name: String) throws -> RunDirectory {
    try Self.run(name, in: url)
  }

  /// The same where the folder need not be there.
  public static func run(_ name: String, in folder: URL) throws -> RunDirectory {
    let named = folder.appendingPathComponent(name, isDirectory: true)
    if !name.hasPrefix("/"), let run = try? RunDirectory.open(at: named) { return run }
    let isPath = FileManager.default.fileExists(atPath: name) || name.hasPrefix("/")
    return try RunDirectory.open(at: isPath ? URL(fileURLWithPath: name) : named)
  }

  static let sweepEnding = "sweep"

  private static func runs(in folder: URL) -> [RunDirectory] {
    folders(in: folder).filter { $0.pathExtension != sweepEnding }
      .compactMap { try? RunDirectory.open(at: $0) }
  }

  private static func folders(in folder: URL) -> [URL] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { !$0.hasPrefix(".") }.sorted().map {
      folder.appendingPathComponent($0, isDirectory: true)
    }
  }
}
