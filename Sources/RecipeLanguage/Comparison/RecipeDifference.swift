/// One setting in which two recipes differ in what they mean.
public struct RecipeDifference: Sendable, Equatable {
  public enum Change: String, Sendable {
    case added, removed, changed
  }

  /// A value and where it comes from.
  public struct Side: Sendable, Equatable {
    /// As a recipe would write it.
    public let value: String
    /// `recipes/quickstart.yaml:71:18`, an argument, or the default of the edition.
    public let origin: String
  }

  public let path: String
  public let effect: Effect
  /// Nil for what only the new recipe has.
  public let old: Side?
  /// Nil for what only the old recipe has.
  public let new: Side?

  public var change: Change { old == nil ? .added : new == nil ? .removed : .changed }

  /// Whether a run can end differently.
  public var changesResults: Bool { effect.changesResults }
}
