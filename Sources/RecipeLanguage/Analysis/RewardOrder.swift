/// Rewards in an order in which each finds what it reads: its gates and its formula come before it.
struct RewardOrder {
  /// In the order of the recipe, save where one needs another that is declared below.
  private(set) var ordered: [RecipeOutline.Reward] = []
  /// Those that wait for each other, and what waits for them.
  private(set) var circular: [RecipeOutline.Reward] = []

  /// - Parameter ignoresUndeclared: whether a name that no reward has, an error reported elsewhere, is
  ///   waited for in vain.
  init(_ rewards: [RecipeOutline.Reward], ignoresUndeclared: Bool) {
    enum State { case new, open, done, circular }
    let places = Dictionary(
      rewards.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    let needs = rewards.map { reward in reward.dependencies.map { places[$0] } }
    var states = [State](repeating: .new, count: rewards.count)
    // Depth-first with an explicit stack: a chain may be as long as the recipe.
    for start in rewards.indices where states[start] == .new {
      var trail = [start]
      states[start] = .open
      while let index = trail.last {
        if let next = needs[index].lazy.compactMap({ $0 }).first(where: { states[$0] == .new }) {
          states[next] = .open
          trail.append(next)
          continue
        }
        trail.removeLast()
        let waits = needs[index].contains { need in
          guard let need else { return !ignoresUndeclared }
          return states[need] != .done
        }
        states[index] = waits ? .circular : .done
        if waits { circular.append(rewards[index]) } else { ordered.append(rewards[index]) }
      }
    }
  }
}
