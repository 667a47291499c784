/// Every cell in a line, best first: all there is where the sweep has no map, and the cells beyond it.
struct SweepTableSection {
  let contents: SweepReportContents

  var html: HTML {
    let results = contents.results
    guard !results.cells.isEmpty else {
      return
        "<section id=\"cells\"><h2>Cells</h2><p class=\"note\">No cell can be run.</p></section>"
    }
    let measures = SweepMeasure.all(results).filter { $0.isMain }
    let heads: [HTML] =
      (["Cell", "Seeds", Format.title(results.objective.metric), "95 %", "To the best", "p"]
      + measures.map(\.title) + ["State"])
      .map { "<th scope=\"col\">\($0)</th>" }
    let rows: [HTML] = results.ranked.map { row($0, measures) }
    let table: HTML = """
      <div class="scroll" tabindex="0" aria-label="Table of the cells"><table class="cells"><thead><tr>\(heads)</tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
    guard let map = contents.map else {
      return """
        <section id="cells"><h2>\(Format.title(results.objective.metric))</h2>
        <p class="note">Mean over the seeds of \(results.objective.text), best first, with half its 95 % interval \
        (Student's t). Bold cells are the best one and those not shown to be worse (paired by question, \
        Holm-corrected, 5 %).</p>\(table)</section>
        """
    }
    // Controls that set more than the axes lie beyond the map, and are seen here alone.
    let isWhole = results.cells.allSatisfy { cell in
      map.places.joined().contains(.cell(cell.name))
    }
    return """
      <details id="cells"\(HTML.attribute("open", isWhole ? nil : ""))><summary>All cells in a table</summary>\(table)</details>
      """
  }

  private func row(_ cell: SweepResults.Cell, _ measures: [SweepMeasure]) -> HTML {
    let finished = cell.trials.filter { $0.status == .finished }.count
    let test = cell.againstBest
    let fields: [(style: String?, text: String)] =
      [
        (nil, "\(finished)/\(cell.trials.count)"),
        ("value", cell.value.map { SweepReportContents.number($0.mean) } ?? ""),
        (nil, cell.value?.margin.map { "± \(SweepReportContents.number($0))" } ?? ""),
        (nil, test.map { Format.signed(-$0.difference, decimals: 3) } ?? ""),
        (nil, test.map { Format.significant($0.probability) } ?? ""),
      ]
      + measures.map { measure in
        (nil, measure.values[cell.name].map { measure.spell($0) } ?? "")
      } + [("quiet", state(cell))]
    let columns: [HTML] = fields.map {
      "<td\(HTML.attribute("class", $0.style))>\($0.text)</td>"
    }
    let style = cell.isAmongTheBest ? "among" : nil
    return """
      <tr\(HTML.attribute("class", style))><th scope="row">\(SweepReportContents.label(cell))</th>\(columns)</tr>
      """
  }

  private func state(_ cell: SweepResults.Cell) -> String {
    var words: [String] = []
    if cell.name == contents.results.best { words.append("best") }
    if cell.name == contents.plateau?.cell { words.append("plateau") }
    if cell.status != .finished { words.append(cell.status.rawValue) }
    return words.joined(separator: ", ")
  }
}
