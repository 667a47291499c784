/// Cycles of a directed graph of names.
enum Cycles {
  /// Each cycle once, as `[a, b, a]`, from the first of its members in `names`.
  static func find(_ names: [String], _ edges: [String: [String]]) -> [[String]] {
    var cycles: [[String]] = []
    var finished: Set<String> = []
    for start in names where !finished.contains(start) {
      // Depth-first with an explicit stack: a chain may be as long as the recipe.
      var trail = [start]
      var choices = [edges[start] ?? []]
      while let name = trail.last {
        guard var open = choices.popLast(), let next = open.popLast() else {
          finished.insert(name)
          trail.removeLast()
          continue
        }
        choices.append(open)
        if let place = trail.firstIndex(of: next) {
          cycles.append(Array(trail[place...]) + [next])
        } else if !finished.contains(next), edges[next] != nil {
          trail.append(next)
          choices.append(edges[next] ?? [])
        }
      }
    }
    return cycles
  }
}
