import Foundation

/// Runs that are to be removed, and what would be missed.
public struct RunRemoval: Sendable {
  public struct Run: Sendable {
    public var url: URL
    public var bytes: Int
    fileprivate var directory: RunDirectory
  }

  public let runs: [Run]
  /// What other runs have taken over from these and is nowhere else.
  public let dependants: [TakenStage]

  public var bytes: Int { runs.reduce(0) { $0 + $1.bytes } }

  /// - Parameter directories: the runs; one that is named twice is removed once.
  /// - Throws: `ExperimentError.runInUse` for a run that a process writes.
  public init(_ directories: [RunDirectory]) throws {
    var seen: Set<RunDirectory> = []
    let directories = directories.filter { seen.insert($0).inserted }
    for run in directories {
      if let process = RunLock.process(holding: run.url) {
        throw ExperimentError.runInUse(path: run.url.path, process: process == 0 ? nil : process)
      }
    }
    runs = directories.map {
      Run(url: $0.url, bytes: FolderFacts.bytes(of: $0.url), directory: $0)
    }
    let folders = Dictionary(grouping: directories) { $0.url.deletingLastPathComponent() }
    dependants = folders.sorted { $0.key.path < $1.key.path }.flatMap { _, runs in
      StageHolders(runs.first?.siblings ?? []).dependants(of: Set(runs.map(\.name)))
    }
  }

  /// - Throws: `ExperimentError.runInUse`, `.cannotWrite`; those before are removed.
  public func perform() throws { for run in runs { try run.directory.remove() } }
}
