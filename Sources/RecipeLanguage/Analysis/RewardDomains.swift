/// What is known of every reward's value before anything runs, its gates and formula included.
///
/// Cycles, and names in error, are reported elsewhere; what reads them is taken to be any number.
public struct RewardDomains: Sendable {
  private var values: [String: ValueDomain] = [:]
  private var gates: [String: ValueDomain] = [:]
  private var groupGates: [String: ValueDomain] = [:]
  private var ungated: [String: ValueDomain] = [:]

  /// - Parameters:
  ///   - groupSize: responses per group, for what asks about the group.
  ///   - supposed: final values of rewards that are taken as given, whatever their gates say.
  public init(
    _ rewards: [RecipeOutline.Reward], groupSize: Int? = nil,
    supposing supposed: [String: ValueDomain] = [:]
  ) {
    let order = RewardOrder(rewards, ignoresUndeclared: true)
    // Within a cycle the order does not matter.
    for reward in order.ordered + order.circular {
      add(reward, groupSize)
      if let value = supposed[reward.name] { values[reward.name] = value }
    }
  }

  /// The value that other rewards and metrics see, gates included.
  public subscript(_ reward: String) -> ValueDomain? { values[reward] }

  /// The value where every gate lets the response through.
  public func ungated(_ reward: String) -> ValueDomain? { ungated[reward] }

  /// What a reward adds to the sum that is normalized: its value times its weight, at whatever step.
  public func contribution(_ reward: RecipeOutline.Reward) -> ValueDomain? {
    values[reward.name]?.scaled(by: reward.weight.range)
  }

  /// What is known of a reward's `when`; nil for a reward without.
  public func gate(of reward: String) -> ValueDomain? { gates[reward] }

  /// What is known of a reward's `group_when`; nil for a reward without.
  public func groupGate(of reward: String) -> ValueDomain? { groupGates[reward] }

  /// What is known of an expression over the rewards, and of every part of it.
  public func infer(_ expression: Expression, groupSize: Int? = nil) -> ExpressionInference {
    expression.infer(groupSize: groupSize) { values[$0] }
  }

  private mutating func add(_ reward: RecipeOutline.Reward, _ groupSize: Int?) {
    var value = ValueDomain(reward.signature)
    if let formula = reward.formula { value = infer(formula).whole }
    ungated[reward.name] = value
    gates[reward.name] = reward.gate.map { infer($0).whole }
    groupGates[reward.name] = reward.groupGate.map { infer($0, groupSize: groupSize).whole }
    for gate in [gates[reward.name], groupGates[reward.name]].compactMap({ $0 }) {
      value = value.gated(by: gate)
    }
    values[reward.name] = value
  }
}

extension ValueDomain {
  /// The value of a reward behind a gate: 0 where the gate is false, none where the gate has none.
  public func gated(by gate: ValueDomain) -> ValueDomain {
    var zero = ValueDomain.constant(.number(0))
    zero.isPure = true
    var result =
      switch (gate.canBeTrue, gate.canBeFalse) {
      case (true, true): joined(zero)
      case (false, true): zero
      default: self
      }
    result.mayAbstain = gate.mayAbstain || (gate.canBeTrue && mayAbstain)
    result.isPure = isPure && gate.isPure
    return result
  }

  /// The values times a factor in a range: what a weighted reward adds to its scope.
  public func scaled(by weight: ClosedRange<Double>) -> ValueDomain {
    var factor = ValueDomain.number(in: weight)
    if weight.lowerBound == weight.upperBound { factor.limit(to: [weight.lowerBound]) }
    var result = self
    result.range = Intervals.apply(.multiply, range, weight)
    result.support = nil
    if let pairs = Intervals.combinations([support, factor.support]) {
      result.limit(to: pairs.map { $0[0] * $0[1] })
    }
    return result
  }
}
