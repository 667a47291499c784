/// The runs in a table: what each is, and how it ended.
struct ComparisonRunsSection {
  let contents: ComparisonContents

  var html: HTML {
    let rows: [HTML] = contents.runs.enumerated().map { index, run in
      let summary = run.summary
      let stages = (summary?.stages ?? []).map { "\(Format.words($0.name)) \($0.steps)" }
      let fields: [String?] = [
        summary?.title, summary?.outcome.rawValue, summary.map { String($0.seed) },
        stages.joined(separator: ", "), summary?.parameterCount.map(Format.count),
        run.graphDigest.map(Format.digest),
      ]
      let cells: [HTML] = fields.map { field in
        let text = field ?? "\u{2013}"
        return "<td>\(text)</td>"
      }
      return """
        <tr><th scope="row">\(RunPalette.badge(index)) \(run.name)</th>\(cells)</tr>
        """
    }
    let heads: [HTML] = [
      "Run", "Title", "Outcome", "Seed", "Stages and steps", "Parameters", "Graph",
    ]
    .map { "<th scope=\"col\">\($0)</th>" }
    return """
      <section id="results"><h2>Runs</h2>
      <div class="scroll" tabindex="0" role="region" aria-label="Runs"><table class="runs"><thead><tr>\(heads)</tr></thead>\
      <tbody>\(rows)</tbody></table></div></section>
      """
  }
}
