/// What this sweep is, in three lines.
struct SweepMasthead {
  let contents: SweepReportContents

  var html: HTML {
    let results = contents.results
    var links: [(id: String, name: String)] = [(contents.map == nil ? "cells" : "map", "Cells")]
    if !SweepMeasure.all(results).isEmpty {
      links.append(("training", "Training"))
    } else if !contents.curves.isEmpty {
      links.append(("curves", "Training"))
    }
    if contents.samples != nil { links.append(("responses", "Responses")) }
    links.append(("provenance", "Provenance"))
    let anchors: [HTML] = links.map { "<a href=\"#\($0.id)\">\($0.name)</a>" }
    let seeds = results.seeds.count
    let states = TrialStatus.allCases.compactMap { status in
      results.statuses[status.rawValue].map { "\($0) \(status.rawValue)" }
    }
    let facts =
      [
        "\(results.cells.count) cells", seeds == 1 ? "1 seed" : "\(seeds) seeds",
        (results.objective.maximizes ? "maximizes " : "minimizes ") + results.objective.text,
      ] + states
    let items: [HTML] = facts.map { "<li>\($0)</li>" }
    return """
      <header class="masthead">
      <nav aria-label="Parts of this report"><span class="wordmark">sousvide</span><span class="links">\(anchors)</span></nav>
      <p class="eyebrow">Sweep report · \(results.name)</p>
      <h1>\(results.title)</h1>
      <ul class="facts">\(items)</ul>
      </header>
      """
  }
}
