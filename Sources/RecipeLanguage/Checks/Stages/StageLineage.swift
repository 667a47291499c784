extension RecipeOutline {
  /// The stages that a stage starts from, directly and through others, the nearest first; none where
  /// they go in a circle.
  func ancestors(of stage: Stage) -> [Stage] {
    var found: [Stage] = []
    var next = stage.initial
    while let name = next, let ancestor = self.stage(name) {
      guard name != stage.name, !found.contains(where: { $0.name == name }) else { return [] }
      found.append(ancestor)
      next = ancestor.initial
    }
    return found
  }
}
