/// Which runs are compared.
struct ComparisonMasthead {
  let contents: ComparisonContents

  var html: HTML {
    let links: [HTML] =
      (contents.evaluations.tables.isEmpty ? [] : [link("evaluations", "Evaluations")])
      + [link("settings", "Settings"), link("training", "Training"), link("cost", "Cost")]
    let titles = contents.runs.compactMap(\.summary?.title)
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let heading = titles.count == 1 ? titles[0] : "\(contents.runs.count) runs side by side"
    return """
      <header class="masthead">
      <nav aria-label="Parts of this page"><span class="wordmark">sousvide</span><span class="links">\(links)</span></nav>
      <p class="eyebrow">Comparison of \(contents.runs.count) runs</p>
      <h1>\(heading)</h1>
      </header>
      """
  }

  private func link(_ id: String, _ name: String) -> HTML { "<a href=\"#\(id)\">\(name)</a>" }

  /// The letters of the runs with their names.
  static func keys(_ contents: ComparisonContents) -> HTML {
    let items: [HTML] = contents.runs.enumerated().map { index, run in
      "<li>\(RunPalette.badge(index))<span>\(run.name)</span></li>"
    }
    return "<ul class=\"keys\" aria-label=\"Runs\">\(items)</ul>"
  }
}
