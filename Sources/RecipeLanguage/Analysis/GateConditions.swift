/// What a condition compares with what.
extension Expression {
  /// A reward held against a number: `correct >= 0.5`, whichever way round it is written.
  struct Threshold {
    var name: String
    var comparison: Operator
    var value: Double
    /// The whole comparison.
    var term: Term

    func holds(for candidate: Double) -> Bool {
      switch comparison {
      case .equal: candidate == value
      case .notEqual: candidate != value
      case .less: candidate < value
      case .lessOrEqual: candidate <= value
      case .greater: candidate > value
      case .greaterOrEqual: candidate >= value
      default: false
      }
    }
  }

  /// Every comparison of one name with one number, in order.
  var thresholds: [Threshold] {
    var found: [Threshold] = []
    root.visit { term in
      guard case .binary(let symbol, let left, let right) = term.form, symbol.isComparison else {
        return
      }
      if case .name(let name) = left.form, let value = right.constant {
        found.append(Threshold(name: name, comparison: symbol, value: value, term: term))
      } else if case .name(let name) = right.form, let value = left.constant {
        found.append(
          Threshold(name: name, comparison: symbol.mirrored, value: value, term: term))
      }
    }
    return found
  }

  /// How often the name occurs.
  func count(of name: String) -> Int {
    var count = 0
    root.visit { if $0.form == .name(name) { count += 1 } }
    return count
  }
}

extension Expression.Term {
  fileprivate var constant: Double? {
    switch form {
    case .number(let value, nil): value
    case .negate(let operand): operand.constant.map(-)
    default: nil
    }
  }
}

extension Expression.Operator {
  /// The comparison with its sides exchanged.
  fileprivate var mirrored: Self {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}

extension RewardDomains {
  /// Combinations of values that are tried on one gate.
  private static let limit = 4096

  /// What a gate can be.
  struct GateOutcomes: Equatable {
    var canOpen: Bool
    var canClose: Bool
  }

  /// What a condition over rewards can be. Where that cannot be decided it can be both.
  ///
  /// Inference takes the parts of a condition one by one. Where a condition only holds names against
  /// numbers it is also tried on every combination that could make a difference, which decides
  /// `correct > 0.5 and correct < 0.2` too.
  func outcomes(of condition: Expression) -> GateOutcomes {
    let inferred = infer(condition).whole
    let undecided = GateOutcomes(canOpen: inferred.canBeTrue, canClose: inferred.canBeFalse)
    guard undecided.canOpen, undecided.canClose else { return undecided }
    let thresholds = condition.thresholds
    var choices: [(name: String, values: [Double])] = []
    var combinations = 1
    for name in condition.names {
      guard let domain = self[name] else { return undecided }
      let own = thresholds.filter { $0.name == name }
      // Between two neighbouring thresholds nothing changes, unless a value enters otherwise.
      guard domain.support != nil || own.count == condition.count(of: name) else {
        return undecided
      }
      let samples = domain.samples(cutAt: own.map(\.value))
      combinations *= samples.count
      guard combinations <= Self.limit else { return undecided }
      choices.append((name, samples))
    }
    var found = GateOutcomes(canOpen: false, canClose: false)
    for index in 0..<combinations {
      var rest = index
      var assignment: [String: Double] = [:]
      for (name, samples) in choices {
        assignment[name] = samples[rest % samples.count]
        rest /= samples.count
      }
      switch condition.evaluate({ assignment[$0] }) {
      case nil: return undecided
      case 0: found.canClose = true
      default: found.canOpen = true
      }
      if found == undecided { break }
    }
    return found
  }

  /// The comparisons of one reward with one number that have only one answer.
  func decided(
    _ condition: Expression
  ) -> [(threshold: Expression.Threshold, domain: ValueDomain, holds: Bool)] {
    condition.thresholds.compactMap { threshold in
      guard let domain = self[threshold.name] else { return nil }
      let answers = Set(domain.samples(cutAt: [threshold.value]).map(threshold.holds))
      guard answers.count == 1, let holds = answers.first else { return nil }
      return (threshold, domain, holds)
    }
  }
}

extension ValueDomain {
  /// `0, 0.2` or `0 to 1`.
  var phrase: String {
    if let support { return support.map(shortText).joined(separator: ", ") }
    return "\(shortText(range.lowerBound)) to \(shortText(range.upperBound))"
  }

  /// Values of which at least one lies on every side of every cut, and one at each cut.
  fileprivate func samples(cutAt cuts: [Double]) -> [Double] {
    if let support { return support }
    let ends = [range.lowerBound, range.upperBound].filter(\.isFinite)
    let points = Set(ends + cuts.filter(range.contains)).sorted()
    let between = zip(points, points.dropFirst()).map { $0 + ($1 - $0) / 2 }
    let beyond = [points.first.map { $0 - 1 }, points.last.map { $0 + 1 }].compactMap { $0 }
    return points + between + beyond.filter(range.contains)
  }
}
