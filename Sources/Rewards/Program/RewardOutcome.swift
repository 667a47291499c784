/// What a reward says about one response. There is no silent zero: a zero that is not measured
/// carries its reason, and what cannot be measured is no number.
public enum RewardOutcome: Hashable, Sendable {
  /// A finite value; `because` says why when the number alone does not.
  case value(Double, because: String? = nil)
  /// The reward does not apply to this response, which then takes no part in the normalization.
  case abstained(String)
  /// The reward could not be computed, and the recipe says to drop the group.
  case failed(String)

  /// The value; nil for an abstention and a failure.
  public var value: Double? {
    if case .value(let value, _) = self { return value }
    return nil
  }

  /// Why the outcome is what it is, where that needs saying.
  public var reason: String? {
    switch self {
    case .value(_, let reason): return reason
    case .abstained(let reason), .failed(let reason): return reason
    }
  }
}
