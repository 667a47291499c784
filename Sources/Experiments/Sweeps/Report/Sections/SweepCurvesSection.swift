/// How every cell got there: what training measures of the objective, with the spread of the seeds.
struct SweepCurvesSection {
  let contents: SweepReportContents

  /// Curves of a page; more would be neither read nor small.
  private static let most = 48
  private static let (width, height) = (360.0, 150.0)

  var html: HTML {
    guard let measure = contents.results.objective.trainingMeasure else { return .empty }
    // Best first; controls are never left out.
    let controls = contents.curves.filter { contents.results[$0.cell]?.isControl == true }
    let others = contents.curves.filter { contents.results[$0.cell]?.isControl != true }
    let shown = controls + others.prefix(max(0, Self.most - controls.count))
    let points = shown.flatMap(\.points)
    guard let low = points.map(\.low).min(), let high = points.map(\.high).max(),
      let last = points.map(\.step).max()
    else { return .empty }
    let scales = (
      x: ChartScale(from: 0, to: max(1, last), ticks: 3),
      y: ChartScale(covering: low...high, ticks: 3)
    )
    let figures: [HTML] = shown.compactMap { curve in
      contents.results[curve.cell].map { figure(curve, $0, scales.x, scales.y) }
    }
    let left = contents.curves.count - shown.count
    let note: HTML = left > 0 ? " The other \(left) cells are in the files only." : ""
    return """
      <section id="curves"><h2>\(Format.title(measure)) in training</h2>
      <p class="note">Trailing mean over the steps of \(Format.words(contents.results.objective.stage)): the line is the mean of the \
      seeds, the band reaches from the lowest to the highest. Controls first, then best first.\(note)</p>
      <div class="charts">\(figures)</div></section>
      """
  }

  private func figure(
    _ curve: SweepCurve, _ cell: SweepResults.Cell, _ x: ChartScale, _ y: ChartScale
  ) -> HTML {
    let plot = Plot(
      x: x, y: y, left: 40, top: 8, width: Self.width - 40 - 12, height: Self.height - 8 - 26)
    let band =
      curve.points.map { ChartPoint(x: $0.step, y: $0.high) }
      + curve.points.reversed().map { ChartPoint(x: $0.step, y: $0.low) }
    let mean = curve.points.map { ChartPoint(x: $0.step, y: $0.mean) }
    let grid: [HTML] = y.ticks.map { tick in
      """
      <path class="grid" d="M\(plot.left) \(plot.y(tick))h\(plot.width)"/>\
      <text class="tick" x="\(plot.left - 6)" y="\(plot.y(tick) + 4)" text-anchor="end">\(Format.number(tick, decimals: y.decimals))</text>
      """
    }
    let steps: [HTML] = x.ticks.map { tick in
      """
      <text class="tick" x="\(plot.x(tick))" y="\(Self.height - 6)" text-anchor="middle">\(Int(saturating: tick))</text>
      """
    }
    let spread: HTML =
      curve.count > 1 ? "<path class=\"spread series-ink\" d=\"\(plot.path(band))Z\"/>" : ""
    let seeds = curve.count == 1 ? "1 seed" : "\(curve.count) seeds"
    let state = cell.status == .finished ? "" : ", \(cell.status.rawValue)"
    let value = cell.value.map { ", \(SweepReportContents.number($0.mean)) at the end" } ?? ""
    let ends = (mean.first?.y ?? 0, mean.last?.y ?? 0)
    let spoken =
      "\(SweepReportContents.label(cell)): from \(SweepReportContents.number(ends.0)) to \(SweepReportContents.number(ends.1))"
    return """
      <figure class="chart"><figcaption><h4>\(SweepReportContents.short(cell))</h4><p>\(seeds)\(value)\(state)</p></figcaption>\
      <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-label="\(spoken)">\(grid)\(steps)\(spread)\
      <path class="mean series-ink" d="\(plot.path(mean))"/></svg></figure>

      """
  }
}
