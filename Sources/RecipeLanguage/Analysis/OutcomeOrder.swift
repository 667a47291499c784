/// Finds outcomes whose order by total is not their order by correctness.
struct OutcomeOrder {
  /// Two outcomes, the first one more right than the second.
  struct Pair {
    var better: RewardOutcomeCase
    var worse: RewardOutcomeCase

    var isWellFormed: Bool { better.isWellFormed && worse.isWellFormed }
  }

  /// How right outcomes are, and how they are formed: outcomes that agree in this are told apart by
  /// their totals alone.
  private struct Class: Hashable {
    var correctness: [Double]
    var isWellFormed: Bool
  }

  private let correctness: [String]
  private var table: OutcomeTable

  /// With every weight 1. Nil when nothing in the scope says what is right, or the outcomes cannot be
  /// listed.
  init?(_ scope: AdvantageScope, in outline: RecipeOutline) {
    correctness = scope.correctness.map(\.name)
    guard !correctness.isEmpty, let table = OutcomeTable(scope.rewards, in: outline)
    else { return nil }
    self.table = table
  }

  /// With the weights of one step of a stage.
  func at(step: Int, of steps: Int) -> OutcomeOrder {
    var order = self
    order.table = table.weighted { $0.weight(step: step, of: steps) }
    return order
  }

  /// A more right outcome that totals less; of well-formed responses if there is one.
  var inversion: Pair? {
    let classes = Dictionary(grouping: table.cases, by: classify)
    var found: Pair?
    for (a, better) in classes {
      for (b, worse) in classes where Self.isMore(a.correctness, than: b.correctness) {
        guard let low = better.min(by: Self.precedes), let high = worse.max(by: Self.precedes),
          high.total - low.total > 1e-9
        else { continue }
        Self.keepClearer(&found, Pair(better: low, worse: high))
      }
    }
    return found
  }

  /// A more right outcome that totals the same; of well-formed responses if there is one.
  var alias: Pair? {
    let equal = Dictionary(grouping: table.cases) { ($0.total * 1e9).rounded() }
    var found: Pair?
    for cases in equal.values {
      let classes = Dictionary(grouping: cases, by: classify)
      for (a, better) in classes {
        for (b, worse) in classes where Self.isMore(a.correctness, than: b.correctness) {
          Self.keepClearer(&found, Pair(better: better[0], worse: worse[0]))
        }
      }
    }
    return found
  }

  private func classify(_ outcome: RewardOutcomeCase) -> Class {
    Class(
      correctness: correctness.map { outcome.values[$0] ?? 0 },
      isWellFormed: outcome.isWellFormed)
  }

  /// At least as right in everything, and more in something.
  private static func isMore(_ a: [Double], than b: [Double]) -> Bool {
    a != b && zip(a, b).allSatisfy { $0 >= $1 }
  }

  private static func precedes(_ a: RewardOutcomeCase, _ b: RewardOutcomeCase) -> Bool {
    a.total < b.total
  }

  /// Prefers well-formed responses, then few missing segments; otherwise an order that does not
  /// depend on hashing.
  private static func keepClearer(_ found: inout Pair?, _ pair: Pair) {
    func rank(_ pair: Pair) -> (Int, Int, Double, String) {
      let key = [pair.better, pair.worse]
        .flatMap { $0.values.sorted { $0.key < $1.key } }
        .map { "\($0.key)\($0.value)" }.joined()
      return (
        pair.isWellFormed ? 0 : 1, pair.better.incomplete.count + pair.worse.incomplete.count,
        pair.better.total, key
      )
    }
    guard let old = found else {
      found = pair
      return
    }
    if rank(pair) < rank(old) { found = pair }
  }
}
