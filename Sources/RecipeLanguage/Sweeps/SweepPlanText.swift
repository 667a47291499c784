extension SweepPlan {
  /// The counts, then the cells that are left out and why, then the cells themselves.
  public var text: String {
    var lines = ["\(cells.count) cells x \(seeds) seeds = \(runs) runs"]
    func left(_ count: Int, _ reason: String) {
      if count > 0 { lines.append("  \(count) of \(gridCount) left out: \(reason)") }
    }
    left(excluded.count, "`where` does not hold")
    left(infeasible.count, "their recipes have errors")
    left(duplicates.count, "the same recipe as another cell")
    if unchecked > 0 { lines.append("  \(unchecked) not checked before the sweep starts") }
    for cell in cells.prefix(Self.shownCells) {
      lines.append("  " + (cell.control.map { "\($0) (control): " } ?? "") + cell.text)
    }
    if cells.count > Self.shownCells {
      lines.append("  and \(cells.count - Self.shownCells) more")
    }
    return lines.joined(separator: "\n")
  }

  private static let shownCells = 20
}
