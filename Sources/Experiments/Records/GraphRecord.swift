/// `graph.json` as the report shows it: what was executed, node by node.
public struct GraphRecord: Sendable, Codable, Equatable {
  public struct Node: Sendable, Codable, Equatable {
    /// A path such as `rl/reward/correct`.
    public var id: String
    public var operation: String
    /// The settings in one line.
    public var summary: String
    public var inputs: [String]
    /// SHA-256 over the node's settings and its inputs' digests.
    public var digest: String
    /// Where the recipe declares it.
    public var line: Int?

    public init(
      id: String, operation: String, summary: String, inputs: [String], digest: String,
      line: Int? = nil
    ) {
      self.id = id
      self.operation = operation
      self.summary = summary
      self.inputs = inputs
      self.digest = digest
      self.line = line
    }
  }

  public var digest: String
  public var nodes: [Node]

  public init(digest: String, nodes: [Node]) {
    self.digest = digest
    self.nodes = nodes
  }
}
