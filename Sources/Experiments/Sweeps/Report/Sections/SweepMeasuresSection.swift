/// Small maps of what cells differ in besides the objective; rows of bars where there is no map.
struct SweepMeasuresSection {
  let contents: SweepReportContents

  var html: HTML {
    let measures = SweepMeasure.all(contents.results)
    guard !measures.isEmpty else { return .empty }
    let figures: [HTML] = measures.map { measure in
      """
      <figure class="chart small heat"><figcaption><h4>\(measure.title)</h4><p>\(measure.explanation)</p></figcaption>\
      \(contents.map.map { small(measure, $0) } ?? bars(measure))</figure>
      """
    }
    return """
      <section id="training"><h2>Lengths, signal and cost</h2>
      <p class="note">Means over the finished runs of a cell; the darker, the more.</p>
      <div class="charts">\(figures)</div></section>
      """
  }

  private func small(_ measure: SweepMeasure, _ map: SweepMap) -> HTML {
    let (low, high) = (measure.values.values.min() ?? 0, measure.values.values.max() ?? 0)
    return SweepMapDrawing(map: map, height: 30).svg(describedAs: spoken(measure)) { place, frame in
      guard case .cell(let name) = place, let cell = contents.results[name] else { return .empty }
      let label = SweepReportContents.label(cell)
      guard let value = measure.values[name] else {
        return "<g><title>\(label)</title>\(frame.rectangle("unknown"))</g>"
      }
      let share = high > low ? (value - low) / (high - low) : 0
      return """
        <g><title>\(label): \(measure.spell(value))</title>\(frame.rectangle(AdvantageText.shade(Int((share * 4).rounded()))))\
        <text class="value" x="\(frame.middle)" y="\(frame.y + 20)">\(measure.spell(value))</text></g>
        """
    }
  }

  private func bars(_ measure: SweepMeasure) -> HTML {
    let (width, left, right, rowHeight) = (360.0, 130.0, 62.0, 22.0)
    let cells = contents.results.ranked.filter { measure.values[$0.name] != nil }
    let high = max(measure.values.values.max() ?? 0, 1e-12)
    let rows: [HTML] = cells.enumerated().map { index, cell in
      let value = measure.values[cell.name] ?? 0
      let y = rowHeight * Double(index)
      let name = SweepReportContents.short(cell)
      let shown = name.count > 19 ? name.prefix(18) + "…" : name
      return """
        <g><title>\(SweepReportContents.label(cell)): \(measure.spell(value))</title>\
        <text class="row" x="\(left - 8)" y="\(y + 15)">\(shown)</text>\
        <rect class="up3" x="\(left)" y="\(y + 3)" width="\(max(0, value) / high * (width - left - right))" height="\(rowHeight - 6)"/>\
        <text class="value" x="\(width - right / 2)" y="\(y + 15)">\(measure.spell(value))</text></g>
        """
    }
    return """
      <svg viewBox="0 0 \(width) \(rowHeight * Double(cells.count))" role="img" aria-label="\(spoken(measure))">\(rows)</svg>
      """
  }

  private func spoken(_ measure: SweepMeasure) -> String {
    let (low, high) = (measure.values.values.min() ?? 0, measure.values.values.max() ?? 0)
    return "\(measure.title): from \(measure.spell(low)) to \(measure.spell(high))"
  }
}
