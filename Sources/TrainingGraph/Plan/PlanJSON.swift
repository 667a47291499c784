import Foundation

extension TrainingGraph {
  /// The graph as JSON (`sousvide.graph/1`): what the run directory keeps as `graph.json`.
  ///
  /// - Parameter forecast: what a run is expected to need, for the key `forecast`.
  public func planJSON(forecast: (any Encodable)? = nil) throws -> Data {
    let digests = digests()
    let document = PlanDocument(
      schema: "sousvide.graph/1", run: run, digest: digest,
      nodes: nodes.map { node in
        PlanDocument.Node(
          id: node.id.path, operation: node.operation.name, summary: node.operation.summary,
          inputs: node.inputs.map(\.path), digest: digests[node.id] ?? "",
          line: node.span?.start.line)
      }, forecast: forecast.map(AnyDocument.init))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(document)
  }
}

private struct PlanDocument: Encodable {
  struct Node: Encodable {
    var id: String
    var operation: String
    var summary: String
    var inputs: [String]
    var digest: String
    var line: Int?
  }

  var schema: String
  var run: RunSpecification
  var digest: String
  var nodes: [Node]
  var forecast: AnyDocument?
}

/// A part of a document that another module writes.
private struct AnyDocument: Encodable {
  let value: any Encodable

  init(_ value: any Encodable) { self.value = value }
  func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
}
