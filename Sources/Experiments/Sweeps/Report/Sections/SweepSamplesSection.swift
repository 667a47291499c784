import Trainer

/// What the best and the worst cell answer to the same questions.
struct SweepSamplesSection {
  let contents: SweepReportContents

  var html: HTML {
    guard let samples = contents.samples, let best = contents.results[samples.best],
      let worst = contents.results[samples.worst]
    else { return .empty }
    let palette = ProcessPalette(processes: [], processOfSegment: samples.processOfSegment)
    let processes: [HTML] = palette.processes.map { process in
      "<span class=\"process p\(palette.index(of: process))\">\(palette.icon(of: process))\(Format.words(process))</span>"
    }
    let legend: HTML =
      processes.isEmpty
      ? "" : "<div class=\"legend\"><div class=\"processes\">\(processes)</div></div>"
    let cards: [HTML] = samples.pairs.map { pair in
      """
      <article class="sample"><header><p class="eyebrow">question \(pair.best.question) · \(pair.best.item.problemType)</p>\
      <h4>\(clipped(pair.best.item.problem))</h4>\(options(pair.best.item))\
      <p class="answer">right answer <strong>\(clipped(pair.best.item.answer))</strong></p></header>\
      <div class="versus">\(response(pair.best, "best", best, palette))\(response(pair.worst, "worst", worst, palette))</div></article>
      """
    }
    return """
      <section id="responses"><h2>Responses</h2>
      <p class="note">The greedy responses of the best and of the worst cell, both of seed \(String(samples.seed)), to the same \
      questions: first some that the best cell answers better, then one that the worst does.</p>
      \(legend)\(cards)</section>
      """
  }

  private func options(_ item: EvaluatedItem.Item) -> HTML {
    guard !item.options.isEmpty else { return "" }
    let options: [HTML] = item.options.prefix(12).map { option in
      let right = option == item.answer || option.hasPrefix(item.answer + ".")
      return "<li\(HTML.attribute("class", right ? "right" : nil))>\(clipped(option))</li>"
    }
    return "<ul class=\"options\">\(options)</ul>"
  }

  private func response(
    _ item: EvaluatedItem, _ kind: String, _ cell: SweepResults.Cell, _ palette: ProcessPalette
  ) -> HTML {
    let metric = contents.results.objective.metric
    let value = item.values[metric].map { "\(Format.words(metric)) \(Format.reward($0))" }
    let chips: [HTML] = ([value, "\(item.tokens) tokens", item.finish == "length" ? "cut" : nil])
      .compactMap { $0 }.map { "<li class=\"chip\">\($0)</li>" }
    return """
      <div class="response"><h5>\(Format.title(kind)) <span>\(SweepReportContents.short(cell))</span></h5>\
      \(SegmentText(item: item, palette: palette).html)<ul class="chips">\(chips)</ul></div>
      """
  }

  private func clipped(_ text: String) -> String {
    text.count > 1200 ? text.prefix(1199) + "…" : text
  }
}
