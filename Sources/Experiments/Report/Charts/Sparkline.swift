/// A line the size of a word, without axes.
struct Sparkline: Sendable {
  var points: [ChartPoint]
  var label: String

  func svg() -> HTML {
    let window = Smoothing.window(for: points.count)
    let line = Smoothing.thinned(Smoothing.trailingMean(points, window: window), to: 80)
    let values = line.map(\.y)
    guard let low = values.min(), let high = values.max(), let last = line.last,
      let first = line.first
    else { return .empty }
    // A flat line belongs in the middle.
    let flat = high - low < 1e-9
    let plot = Plot(
      x: ChartScale(from: first.x, to: max(last.x, first.x + 1)),
      y: ChartScale(from: flat ? low - 1 : low, to: flat ? high + 1 : high),
      left: 2, top: 4, width: 112, height: 20)
    return """
      <svg class="spark" viewBox="0 0 120 28" role="img" aria-label="\(label)">\
      <path class="mean series-ink" d="\(plot.path(line))"/>\
      <circle class="spark-end" cx="\(plot.x(last.x))" cy="\(plot.y(last.y))" r="2.6"/></svg>
      """
  }
}
