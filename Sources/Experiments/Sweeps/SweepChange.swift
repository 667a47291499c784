/// How the trials of a sweep differ from those it had when it was last run.
public struct SweepChange: Sendable, Equatable {
  /// Names of trials that are new.
  public var added: [String]
  /// That are there as before.
  public var kept: [String]
  /// That are no longer part of the sweep. Their runs stay where they are.
  public var orphaned: [String]
  /// Whether cells are compared by something else.
  public var otherObjective: Bool
  /// Whether cells are pruned or stopped by other rules. What has been decided stays.
  public var otherRules: Bool

  public init(from old: SweepSpecification, to new: SweepSpecification) {
    let (before, after) = (Set(old.trials.map(\.name)), Set(new.trials.map(\.name)))
    added = new.trials.map(\.name).filter { !before.contains($0) }
    kept = new.trials.map(\.name).filter(before.contains)
    orphaned = old.trials.map(\.name).filter { !after.contains($0) }
    otherObjective = old.objective != new.objective
    otherRules = old.pruning != new.pruning || old.stop != new.stop
  }

  public var isNone: Bool { added.isEmpty && orphaned.isEmpty && !otherObjective && !otherRules }
}
