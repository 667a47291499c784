import Foundation

/// A stage that a run has taken over from another one, and does not have itself.
public struct TakenStage: Sendable, Codable, Hashable {
  /// The name of the run that has taken it.
  public var run: String
  public var stage: String
  /// SHA-256 over the settings of the node that makes it and over its inputs: what stages are known by.
  public var digest: String
}

/// Which runs that lie side by side have which stages, and which of them execute those without having them.
public struct StageHolders: Sendable {
  private struct Run: Sendable {
    var name: String
    /// The stages in its folder, by digest.
    var held: [String: String]
    /// The digests of all nodes that it executes.
    var executed: Set<String>
  }

  private let runs: [Run]

  /// Reads the notes beside checkpoints, and the graphs; runs that have none are left out.
  public init(_ runs: [RunDirectory]) {
    self.runs = runs.map { run in
      let graph = (try? run.read(GraphRecord.self, from: .graph)) ?? nil
      return Run(
        name: run.name,
        held: Dictionary(RunStages.notes(in: run.checkpoints).map { ($0.digest, $0.stage) }) {
          first, _ in first
        }, executed: Set(graph?.nodes.map(\.digest) ?? []))
    }
  }

  /// What others have taken over from some runs and is nowhere else, in order.
  public func dependants(of lenders: Set<String>) -> [TakenStage] {
    let others = runs.filter { !lenders.contains($0.name) }
    let kept = Set(others.flatMap { $0.held.keys })
    var stages: [String: String] = [:]
    for run in runs where lenders.contains(run.name) {
      stages.merge(run.held) { first, _ in first }
    }
    return others.flatMap { run in
      stages.filter { run.executed.contains($0.key) && !kept.contains($0.key) }
        .map { TakenStage(run: run.name, stage: $0.value, digest: $0.key) }
    }.sorted { ($0.run, $0.stage) < ($1.run, $1.stage) }
  }

  /// The first other run that has the stage with this digest.
  public func lender(of digest: String, to name: String) -> String? {
    runs.first { $0.name != name && $0.held[digest] != nil }?.name
  }
}

extension RunDirectory {
  /// The runs in the same folder, itself among them.
  public var siblings: [RunDirectory] { Self.all(in: url.deletingLastPathComponent()) }

  /// The runs in a folder, by name; none where there is no such folder.
  public static func all(in folder: URL) -> [RunDirectory] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.sorted().compactMap {
      try? RunDirectory.open(at: folder.appendingPathComponent($0, isDirectory: true))
    }
  }
}
