/// One way in which a response can turn out: a value for each reward.
struct RewardOutcomeCase: Equatable {
  /// By reward, after gating and before weighting: those of the scope and those its gates read.
  var values: [String: Double]
  /// Segments that are not complete in such a response.
  var incomplete: [String]
  /// What the scope adds up to.
  var total: Double
  /// Whether every segment is complete and every format reward at its best.
  var isWellFormed: Bool
}

/// All the ways in which responses can turn out for a scope, with the sum of each.
///
/// Which rewards go together is decided by the segments (a judge gives nothing to a segment that is
/// not there, and neither does a format reward) and by the gates. Rewards with a continuous range
/// appear with the values that some response certainly gets, so every case listed is possible,
/// though not every possible case is listed.
struct OutcomeTable {
  /// Cases that are looked at before giving up.
  static let limit = 4096

  private(set) var cases: [RewardOutcomeCase] = []
  private let scope: [RecipeOutline.Reward]

  /// With every weight 1. Nil when a reward's values are not known, or there are more than `limit`
  /// cases.
  init?(_ scope: [RecipeOutline.Reward], in outline: RecipeOutline) {
    self.scope = scope
    var needed = Set(scope.map(\.name))
    let ordered = outline.rewardsByNeed
    for reward in ordered.reversed() where needed.contains(reward.name) {
      needed.formUnion(reward.dependencies)
    }
    let relevant = ordered.filter { needed.contains($0.name) }
    guard relevant.count == needed.count,
      relevant.allSatisfy({ $0.formula?.columns.isEmpty ?? !$0.signature.attains.isEmpty })
    else { return nil }

    let reads = Dictionary(
      relevant.map { ($0.name, outline.segmentsNeeded(by: $0)) }, uniquingKeysWith: { a, _ in a })
    let segments = outline.segments.map(\.name).filter { segment in
      relevant.contains {
        $0.signature.valueWhenIncomplete != nil && reads[$0.name, default: []].contains(segment)
      }
    }
    guard segments.count <= 10 else { return nil }
    var seen: Set<[Double]> = []
    var looked = 0
    for pattern in 0..<(1 << segments.count) {
      let missing = segments.indices.filter { pattern >> $0 & 1 == 1 }.map { segments[$0] }
      var partial: [[Double]] = [[]]
      for reward in relevant {
        let isComplete = reads[reward.name, default: []].allSatisfy { !missing.contains($0) }
        let complete = outline.attainsWhenComplete(reward)
        partial = partial.flatMap { values in
          Self.choices(reward, isComplete ? complete : nil) { name in
            relevant.firstIndex { $0.name == name }.flatMap {
              values.indices.contains($0) ? values[$0] : nil
            }
          }.map { values + [$0] }
        }
        guard looked + partial.count <= Self.limit else { return nil }
      }
      looked += partial.count
      for values in partial where seen.insert(values).inserted {
        let named = Dictionary(
          zip(relevant.map(\.name), values), uniquingKeysWith: { first, _ in first })
        let isBest = relevant.allSatisfy {
          !$0.is(.format) || named[$0.name] == $0.signature.range.upperBound
        }
        cases.append(
          RewardOutcomeCase(
            values: named, incomplete: missing,
            total: scope.reduce(0) { $0 + (named[$1.name] ?? 0) },
            isWellFormed: missing.isEmpty && isBest))
      }
    }
  }

  /// The same cases with the totals that weights give them.
  func weighted(_ weight: (RecipeOutline.Reward) -> Double) -> OutcomeTable {
    let factors = scope.map { (name: $0.name, weight: weight($0)) }
    var table = self
    for index in cases.indices {
      let values = cases[index].values
      table.cases[index].total = factors.reduce(0) { $0 + $1.weight * (values[$1.name] ?? 0) }
    }
    return table
  }

  /// The values a reward can have, given those of the rewards before it.
  ///
  /// - Parameter complete: those where every segment it reads is complete; nil where one is not.
  private static func choices(
    _ reward: RecipeOutline.Reward, _ complete: [Double]?, earlier: (String) -> Double?
  ) -> [Double] {
    let signature = reward.signature
    var open: [Double]
    if let formula = reward.formula {
      // Where it has no value the response takes no part in the sum.
      open = formula.evaluate(earlier).map { [$0] } ?? []
    } else if let complete {
      open = complete
    } else {
      open = signature.valueWhenIncomplete.map { [$0] } ?? signature.attains
    }
    if reward.groupGate != nil { open = merged(open, 0) }
    guard let gate = reward.gate else { return open }
    switch gate.evaluate(earlier) {
    case 0: return [0]
    case nil: return merged(open, 0)
    default: return open
    }
  }

  private static func merged(_ values: [Double], _ value: Double) -> [Double] {
    values.contains(value) ? values : values + [value]
  }
}
