/// What a sweep would run: its cells, what was left out and why.
public struct SweepPlan: Sendable {
  /// The value of each axis, or what a control sets; as they would follow `--param`.
  public struct Cell: Sendable, Hashable {
    /// In the order of the axes, then what a control sets besides.
    public let assignments: [Assignment]
    /// The name of a control.
    public let control: String?

    /// `window=8..32 tok, group=8`
    public var text: String {
      assignments.map { "\($0.parameter)=\($0.value)" }.joined(separator: ", ")
    }
  }

  public struct Assignment: Sendable, Hashable {
    public let parameter: String
    public let value: String
  }

  /// A cell that is left out, with the reason.
  public struct Exclusion: Sendable {
    public let cell: Cell
    public let reason: String
  }

  /// A cell whose recipe has errors.
  public struct Infeasible: Sendable {
    public let cell: Cell
    public let errors: [Diagnostic]
  }

  /// More cells than this are not listed.
  public static let cellLimit = 4096

  /// The params that vary.
  public let axes: [String]
  /// To be run: controls first, then the others in order.
  public internal(set) var cells: [Cell]
  /// By `where`.
  public internal(set) var excluded: [Exclusion]
  public internal(set) var infeasible: [Infeasible] = []
  /// Cells whose recipe equals that of another one, which stays.
  public internal(set) var duplicates: [(cell: Cell, of: Cell)] = []
  /// Cells of the whole grid.
  public internal(set) var gridCount: Int
  /// Cells that were not checked, because there are too many.
  public internal(set) var unchecked = 0
  /// Runs of each cell.
  public internal(set) var seeds: Int

  public var controls: [Cell] { cells.filter { $0.control != nil } }
  public var runs: Int { cells.count * seeds }

  /// The recipes of the cells that were checked.
  var recipes: [(cell: Cell, root: Record, text: String)] = []
  /// The recipe with the defaults of its params.
  var base: Record
}

extension SweepPlan {
  /// The plan of a recipe whose axes are right.
  ///
  /// - Parameters:
  ///   - limit: how many cells are checked.
  ///   - check: the recipe with other values of its params.
  static func make(
    _ root: Record, limit: Int, check: ([Assignment]) -> CheckResult
  ) -> SweepPlan? {
    guard let sweep = root.optionalRecord("sweep"), let plan = SweepGrid(root, sweep)?.plan else {
      return nil
    }
    return plan.checked(limit: limit, check)
  }

  /// With the recipes of the first cells composed and checked, the infeasible and the repeated ones
  /// taken out.
  private func checked(limit: Int, _ check: ([Assignment]) -> CheckResult) -> SweepPlan {
    var plan = self
    var firsts: [String: Cell] = [:]
    var kept: [Cell] = []
    for (index, cell) in cells.enumerated() {
      guard index < limit else {
        plan.unchecked += 1
        kept.append(cell)
        continue
      }
      let result = check(cell.assignments)
      let errors = result.diagnostics.filter { $0.severity == .error }
      guard errors.isEmpty, let root = result.root else {
        plan.infeasible.append(Infeasible(cell: cell, errors: errors))
        continue
      }
      let text = root.settingsText
      plan.recipes.append((cell, root, text))
      if let first = firsts[text] {
        plan.duplicates.append((cell, first))
      } else {
        firsts[text] = cell
        kept.append(cell)
      }
    }
    plan.cells = kept
    return plan
  }
}

extension Record {
  /// All that decides what a run does: the canonical text without params and sweep, whose values have
  /// gone into the rest, and without what is for people.
  var settingsText: String {
    keys.filter { !["params", "sweep", "about", "checks", "lint", "extends"].contains($0) }
      .sorted().compactMap { key in setting(key).map { "\(key):\($0.value.canonicalText)" } }
      .joined(separator: "\n")
  }
}
