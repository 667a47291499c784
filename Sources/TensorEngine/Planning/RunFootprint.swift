/// What one run of a program leaves in memory beside parameters and states: known from shapes alone,
/// before there are any weights.
public struct RunFootprint: Sendable, Hashable {
  /// Where it writes intermediate values and scratch, in bytes from the start of the workspace.
  public var written: [Range<Int>]
  /// Bytes that are reserved for them: for the bound of the sizes, gaps included. They stay reserved for
  /// the next run.
  public var reservedBytes: Int
  /// Bytes of its results, which live as long as they are held.
  public var outputBytes: Int
  /// Bytes by parameter of the packed form that stays with it for later runs.
  public var keptPanels: [String: Int]
  /// The parameters that lose their packed form, because they are trained and large.
  public var releasedPanels: Set<String>
}

extension Executable {
  /// What a run of these sizes leaves in memory; nothing is computed, and no weights are needed.
  public func footprint(for sizes: [String: Int]) throws -> RunFootprint {
    try program.footprint(for: sizes)
  }
}
