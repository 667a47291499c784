/// The best cell, and beside it the one whose neighbourhood is best.
struct SweepChoiceSection {
  let contents: SweepReportContents

  var html: HTML {
    let results = contents.results
    guard let name = results.best, let best = results[name], let value = best.value else {
      return """
        <section id="choice"><h2>The best cell</h2><p class="note">No run is finished yet, so no cell is the best one.</p></section>
        """
    }
    let isTested = results.cells.contains { $0.againstBest != nil }
    let extreme = results.objective.maximizes ? "highest" : "lowest"
    var tiles = [
      tile(
        "Best", best, value.mean, value.margin, "\(extreme) mean of \(results.objective.text)",
        isTested ? standing(of: best) : "no other cell can be paired with it by question")
    ]
    if let plateau = contents.plateau, let cell = results[plateau.cell] {
      tiles.append(
        tile(
          "Plateau", cell, plateau.mean, nil,
          "best mean over a cell and its neighbours, \(plateau.count) cells",
          cell.value.map { "the cell itself \(SweepReportContents.text($0))" } ?? ""))
    }
    for control in results.cells.filter(\.isControl).prefix(2) where control.name != name {
      guard let value = control.value else { continue }
      let test = control.againstBest.map {
        "\(Format.signed(-$0.difference, decimals: 3)) to the best, p = \(Format.significant($0.probability))"
      }
      tiles.append(
        tile("Control", control, value.mean, value.margin, "as named by the recipe", test ?? ""))
    }
    let seeds: HTML =
      results.seeds.count == 1
      ? " One seed says nothing of how much the next one would differ." : ""
    return """
      <section id="choice"><h2>The best cell, and the plateau</h2>
      <p class="note">The best of many cells is partly the luckiest one. Luck is not shared by neighbours: the plateau is \
      the safer choice where the two differ.\(seeds)</p>
      <div class="tiles choice">\(tiles)</div></section>
      """
  }

  private func standing(of best: SweepResults.Cell) -> String {
    let others = contents.results.cells.filter { $0.isAmongTheBest && $0.name != best.name }.count
    switch others {
    case 0: return "every cell that it was tested against is worse"
    case 1: return "1 other cell is not shown to be worse"
    default: return "\(others) other cells are not shown to be worse"
    }
  }

  private func tile(
    _ kind: String, _ cell: SweepResults.Cell, _ value: Double, _ margin: Double?,
    _ meaning: String, _ note: String
  ) -> HTML {
    let interval: HTML = margin.map { "<small>± \(SweepReportContents.number($0))</small>" } ?? ""
    return """
      <div class="tile"><p class="eyebrow">\(kind)</p><h3>\(SweepReportContents.short(cell))</h3>\
      <p class="meaning">\(meaning)</p><p class="figure">\(SweepReportContents.number(value))\(interval)</p>\
      <p class="change"><span>\(note)</span></p></div>
      """
  }
}
