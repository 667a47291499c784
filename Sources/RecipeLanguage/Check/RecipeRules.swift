/// Checks that look at several parts of a recipe at once. A rule stays silent where what it reads is
/// itself in error.
enum RecipeRules {
  static func errors(_ root: Record, _ names: Declarations) -> [Diagnostic] {
    processesWithoutReward(root, names) + groupsOfOne(root) + gateCycles(root) + stageCycles(root)
  }

  private static func processesWithoutReward(
    _ root: Record, _ names: Declarations
  ) -> [Diagnostic] {
    let rewards = root.optionalRecord("rewards")?.records ?? []
    let credited = rewards.compactMap { $0.optionalString("credit") }
    guard !names.all(.rewards).isEmpty, credited.count == names.all(.rewards).count else {
      return []
    }
    return names.names[.processes, default: []].filter { !credited.contains($0.name) }
      .map { process in
        Diagnostic(
          .processWithoutReward,
          "no reward credits the process `\(process.name)`, so its tokens would never be trained",
          at: process.span,
          help: "add a reward with `credit: \(process.name)`, or give the segment another process")
      }
  }

  private static func groupsOfOne(_ root: Record) -> [Diagnostic] {
    let scopes = root.optionalRecord("normalization")?.records ?? []
    guard let scope = scopes.first(where: { $0.optionalString("scale") == "std" }) else {
      return []
    }
    let stages = root.optionalRecord("stages")?.records ?? []
    return stages.filter { $0.optionalInteger("group_size") == 1 }.map { stage in
      let isWritten = scope.setting("scale")?.origin == .written
      let label = Diagnostic.Label(
        span: scope.span(of: "scale"), text: "`\(scope.name)` is divided by its deviation")
      return Diagnostic(
        .groupOfOne,
        "a group of one has no standard deviation to normalize `\(scope.name)` by: every advantage "
          + "would be 0",
        at: stage.span(of: "group_size"), secondary: isWritten ? [label] : [],
        help: "use a `group_size` of 2 or more, or `scale: none`",
        path: "\(stage.path).group_size")
    }
  }

  private static func gateCycles(_ root: Record) -> [Diagnostic] {
    let rewards = root.optionalRecord("rewards")?.records ?? []
    let edges = Dictionary(
      rewards.map { ($0.name, $0.optionalExpression("when")?.names ?? []) },
      uniquingKeysWith: { first, _ in first })
    return Cycles.find(rewards.map(\.name), edges).compactMap { cycle in
      rewards.first { $0.name == cycle.first }.map { reward in
        Diagnostic(
          .gateCycle, "`when` depends on itself: \(cycle.joined(separator: " -> "))",
          at: reward.span(of: "when"), help: "a gate may only read rewards that do not wait for it",
          path: "\(reward.path).when")
      }
    }
  }

  private static func stageCycles(_ root: Record) -> [Diagnostic] {
    let stages = root.optionalRecord("stages")?.records ?? []
    let edges = Dictionary(
      stages.map { ($0.name, [$0.optionalString("init")].compactMap { $0 }) },
      uniquingKeysWith: { first, _ in first })
    return Cycles.find(stages.map(\.name), edges).compactMap { cycle in
      stages.first { $0.name == cycle.first }.map { stage in
        Diagnostic(
          .stageCycle, "a stage cannot start from itself: \(cycle.joined(separator: " -> "))",
          at: stage.span(of: "init"), help: "remove one `init`", path: "\(stage.path).init")
      }
    }
  }

  /// Declared, but nothing refers to it. Asked only of recipes without errors: a misspelt reference
  /// would make its target look unused.
  static func unused(_ names: Declarations, used: [Section: Set<String>]) -> [Diagnostic] {
    [Section.judges, .data, .schedules].flatMap { section in
      names.names[section, default: []]
        .filter { !used[section, default: []].contains($0.name) }
        .map { declared in
          Diagnostic(
            .unusedDeclaration, severity: .warning,
            "nothing uses the \(section.noun) `\(declared.name)`", at: declared.span,
            help: "remove it, or refer to it", path: "\(section.rawValue).\(declared.name)")
        }
    }
  }
}

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
