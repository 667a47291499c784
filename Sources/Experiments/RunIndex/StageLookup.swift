import Foundation
import TrainingGraph

/// Where the stages of a graph come from when it is run: from a run that has made them, or from nowhere yet.
public struct StageLookup: Sendable {
  /// A stage that a run has made, and that is not the one asked for.
  public struct Nearest: Sendable {
    public var run: RunDirectory
    /// What it is called there.
    public var stage: String
    /// Nodes that the stage asked for rests on, itself among them, that the run has executed.
    public var equal: Int
    /// Where the two part: nodes that say something else though all before them is equal.
    public var causes: [Cause]
  }

  /// A node that the run has not executed, though it has executed all that the node reads.
  public struct Cause: Sendable, Codable, Equatable {
    public var node: String
    /// The node's settings in a line.
    public var settings: String
    /// Those of the run's node of that name; nil where it has none.
    public var recorded: String?
  }

  public var stage: String
  public var algorithm: String
  /// Of the node that makes it: what stages are known by.
  public var digest: String
  /// Nodes that it rests on, itself among them.
  public var nodes: Int
  /// The run that has it; nil where it has to be made.
  public var holder: String?
  /// Of a stage that has to be made, where any run has made one like it.
  public var nearest: Nearest?

  /// The stages of a graph, in order.
  ///
  /// - Parameter runs: those that lend their stages.
  public static func all(_ graph: TrainingGraph, in runs: [RunDirectory]) -> [StageLookup] {
    let digests = graph.digests()
    let shelves = runs.map(Shelf.init)
    return SweepSpecification.Stage.all(graph).map { stage in
      let path = graph.closure(of: NodeID(stage.name))
      var lookup = StageLookup(
        stage: stage.name, algorithm: stage.algorithm, digest: stage.digest, nodes: path.count)
      lookup.holder = shelves.first { $0.stages[stage.digest] != nil }?.run.name
      guard lookup.holder == nil else { return lookup }
      let operation = graph[NodeID(stage.name)]?.operation.name
      // Among equals the stage of the same name, then the run that was last written.
      let candidates = shelves.flatMap { shelf in
        shelf.made(operation ?? "").map { made in
          (
            rank: (
              path.count { shelf.executed.contains(digests[$0.id] ?? "") },
              made == stage.name ? 1 : 0, shelf.written
            ), shelf: shelf, stage: made
          )
        }
      }
      if let best = candidates.max(by: { $0.rank < $1.rank }) {
        lookup.nearest = Nearest(
          run: best.shelf.run, stage: best.stage, equal: best.rank.0,
          causes: best.shelf.causes(of: path, digests))
      }
      return lookup
    }
  }
}

/// What a run has made and executed.
private struct Shelf {
  let run: RunDirectory
  /// The names of its finished stages by digest.
  let stages: [String: String]
  let executed: Set<String>
  let written: TimeInterval
  private let nodes: [String: GraphRecord.Node]

  init(_ run: RunDirectory) {
    self.run = run
    stages = Dictionary(RunStages.notes(in: run.checkpoints).map { ($0.digest, $0.stage) }) {
      first, _ in first
    }
    let graph = (try? run.read(GraphRecord.self, from: .graph)) ?? nil
    executed = Set(graph?.nodes.map(\.digest) ?? [])
    nodes = Dictionary((graph?.nodes ?? []).map { ($0.id, $0) }) { first, _ in first }
    let attributes = try? FileManager.default.attributesOfItem(atPath: run.url(of: .summary).path)
    written = (attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
  }

  /// The names of finished stages that an operation made.
  func made(_ operation: String) -> [String] {
    stages.values.filter { nodes[$0]?.operation == operation }.sorted()
  }

  func causes(of path: [TrainingNode], _ digests: [NodeID: String]) -> [StageLookup.Cause] {
    func isKnown(_ id: NodeID) -> Bool { executed.contains(digests[id] ?? "") }
    return path.filter { !isKnown($0.id) && $0.inputs.allSatisfy(isKnown) }.map { node in
      StageLookup.Cause(
        node: node.id.path, settings: node.operation.summary,
        recorded: nodes[node.id.path]?.summary)
    }
  }
}
