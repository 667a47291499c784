extension DiagnosticCode {
  static let axisWithoutEffect = DiagnosticCode(
    6008, "axis-without-effect", "An axis of a sweep changes nothing in the recipe.",
    Explanation(
      why: """
        The composed recipes are equal along the axis, so all of its cells are repetitions: the \
        param is used nowhere, or only where it makes no difference.
        """,
      example: .swept(length: "8..32 tok"), nearMiss: .swept()))
}

extension RecipeCheck {
  static let axisWithoutEffect = RecipeCheck(.axisWithoutEffect, reads: []) { input in
    guard let plan = input.sweep else { return [] }
    let axes = SweepAxis.all(input.root)
    return plan.axesWithoutEffect.compactMap { name in
      axes.first { $0.name == name }.map { axis in
        Diagnostic(
          .axisWithoutEffect, severity: .warning,
          "the recipe is the same for every value of `\(name)`: its \(axis.values.count) values are "
            + "one",
          at: axis.record.span,
          help: "use the param, as `${params.\(name)}`, or remove the axis", path: axis.record.path)
      }
    }
  }
}

extension SweepPlan {
  /// The axes along which all checked recipes are equal, as far as cells that differ in nothing else
  /// were checked.
  var axesWithoutEffect: [String] {
    let names = axes
    let grid = recipes.filter { $0.cell.assignments.map(\.parameter) == names }
    return names.filter { name in
      let lines = Dictionary(grouping: grid) { recipe in
        recipe.cell.assignments.filter { $0.parameter != name }
      }.values.filter { $0.count > 1 }
      return !lines.isEmpty && lines.allSatisfy { Set($0.map(\.text)).count == 1 }
    }
  }
}
