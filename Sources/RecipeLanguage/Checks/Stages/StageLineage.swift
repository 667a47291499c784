extension RecipeOutline {
  /// The stages that a stage starts from, directly and through others, the nearest first.
  func ancestors(of stage: Stage) -> [Stage] {
    var found: [Stage] = []
    var next = stage.initial
    while let name = next, name != stage.name, !found.contains(where: { $0.name == name }),
      let ancestor = self.stage(name)
    {
      found.append(ancestor)
      next = ancestor.initial
    }
    return found
  }
}
