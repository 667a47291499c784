import Foundation

/// A line chart of values over steps, drawn as SVG: each step faint, the trailing mean bold, the
/// series named at the end of its line.
struct LineChart: Sendable {
  struct Series: Sendable {
    var name: String
    /// The class that gives the line its colour and dash: `series-0`, `series-1`, …
    var style: String
    var points: [ChartPoint]
  }

  /// A horizontal stretch with a meaning, such as a declared window.
  struct Band: Sendable {
    var low: Double
    var high: Double
    var label: String
  }

  /// A value measured on its own, such as a held-out evaluation.
  struct Marker: Sendable {
    var point: ChartPoint
    var label: String
  }

  enum Unit: Sendable { case share, tokens, plain }

  var title: String
  var explanation: String
  var unit: Unit = .plain
  var series: [Series]
  var bands: [Band] = []
  var markers: [Marker] = []
  /// Values the axis must reach.
  var includes: [Double] = []
  /// Whether the series are the same measure of different runs: their means alone are drawn, and short names
  /// stand on the line of their values, so that many of them can be told apart.
  var overlays = false

  private static let (width, height) = (360.0, 208.0)
  private static let (left, right, top, bottom) = (40.0, 92.0, 14.0, 28.0)
  /// Points of a drawn line; more would not be seen.
  private static let resolution = 240

  /// The chart with its title and explanation; empty when there is nothing to draw.
  func figure() -> HTML {
    guard let svg = svg() else { return .empty }
    return """
      <figure class="chart"><figcaption><h4>\(title)</h4><p>\(explanation)</p></figcaption>\(svg)</figure>

      """
  }

  private func svg() -> HTML? {
    let drawn = series.filter { !$0.points.isEmpty }
    let resolution = overlays ? Self.resolution / 2 : Self.resolution
    let xs = drawn.flatMap { $0.points.map(\.x) }
    guard let firstX = xs.min(), let lastX = xs.max() else { return nil }
    let window = Smoothing.window(for: drawn.map(\.points.count).max() ?? 1)
    let each =
      overlays ? [] : drawn.map { Smoothing.extremes($0.points, to: resolution) }
    let means = drawn.map {
      Smoothing.thinned(Smoothing.trailingMean($0.points, window: window), to: resolution)
    }
    let x = ChartScale(from: min(firstX, 1) == 1 ? 0 : firstX, to: max(lastX, firstX + 1))
    let y = ChartScale(
      covering: range(of: each.flatMap { $0.map(\.y) } + means.flatMap { $0.map(\.y) }))
    let plot = Plot(
      x: x, y: y, left: Self.left, top: Self.top, width: Self.width - Self.left - Self.right,
      height: Self.height - Self.top - Self.bottom)

    var body = bands.map { draw($0, in: plot) }
    body += y.ticks.map { tick in
      let position = plot.y(tick)
      return """
        <path class="grid" d="M\(plot.left) \(position)h\(plot.width)"/>\
        <text class="tick" x="\(plot.left - 6)" y="\(position + 4)" text-anchor="end">\(label(tick, on: y))</text>
        """
    }
    body += x.ticks.map { tick in
      """
      <text class="tick" x="\(plot.x(tick))" y="\(Self.height - 8)" \
      text-anchor="\(tick == x.low ? "start" : "middle")">\(tick == x.low ? "step \(Int(saturating: tick))" : String(Int(saturating: tick)))</text>
      """
    }
    for (line, points) in zip(drawn, each) where window > 1 {
      body.append("<path class=\"each \(line.style)\" d=\"\(plot.path(points))\"/>")
    }
    for (line, points) in zip(drawn, means) {
      body.append("<path class=\"mean \(line.style)\" d=\"\(plot.path(points))\"/>")
    }
    body += markers.map { draw($0, in: plot) }
    body += endLabels(zip(drawn, means).map { ($0, $1) }, in: plot)
    return """
      <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-label="\(summary(drawn, means))">\(body)</svg>
      """
  }

  private func range(of values: [Double]) -> ClosedRange<Double> {
    // Outliers at the very start of training must not flatten everything after them.
    let sorted = values.sorted()
    let cut = sorted.count > 60 ? sorted.count / 50 : 0
    var low = sorted[cut]
    var high = sorted[sorted.count - 1 - cut]
    for value in includes + bands.flatMap({ [$0.low, $0.high] }) + markers.map(\.point.y) {
      low = min(low, value)
      high = max(high, value)
    }
    return low...high
  }

  private func draw(_ band: Band, in plot: Plot) -> HTML {
    let (top, bottom) = (plot.y(band.high), plot.y(band.low))
    return """
      <rect class="band" x="\(plot.left)" y="\(top)" width="\(plot.width)" height="\(bottom - top)"/>\
      <text class="band-label" x="\(plot.left + 6)" y="\(top + 13)">\(band.label)</text>
      """
  }

  private func draw(_ marker: Marker, in plot: Plot) -> HTML {
    let (x, y) = (plot.x(marker.point.x), plot.y(marker.point.y))
    let atStart = x < plot.left + plot.width / 2
    return """
      <circle class="marker" cx="\(x)" cy="\(y)" r="4.5"/>\
      <text class="marker-label" x="\(x + (atStart ? 8 : -8))" y="\(y + (atStart ? 14 : -9))" \
      text-anchor="\(atStart ? "start" : "end")">\(marker.label)</text>
      """
  }

  /// Names and last values beside the line ends, moved apart where they would overlap.
  private func endLabels(_ lines: [(Series, [ChartPoint])], in plot: Plot) -> [HTML] {
    let spacing = overlays ? 16.0 : 27.0
    var labels: [(series: Series, value: Double, end: Double, y: Double)] = []
    for (series, points) in lines {
      guard let last = points.last else { continue }
      labels.append((series, last.y, plot.y(last.y), plot.y(last.y)))
    }
    labels.sort { $0.y < $1.y }
    for index in labels.indices.dropFirst() {
      labels[index].y = max(labels[index].y, labels[index - 1].y + spacing)
    }
    let overflow = (labels.last?.y ?? 0) - (plot.top + plot.height - 8)
    if overflow > 0 {
      for index in labels.indices.reversed() {
        let limit = index + 1 < labels.count ? labels[index + 1].y - spacing : .infinity
        labels[index].y = min(labels[index].y, plot.top + plot.height - 8, limit)
      }
    }
    let x = plot.left + plot.width
    return labels.map { label in
      let leader: HTML = """
        <path class="leader" d="M\(x + 1) \(label.end)L\(x + 7) \(label.y)"/>
        """
      if overlays {
        return """
          \(leader)<text class="end-value \(label.series.style)" x="\(x + 10)" y="\(label.y + 4)">\(label.series.name) \(spell(label.value))</text>
          """
      }
      return """
        \(leader)<text class="end-value \(label.series.style)" x="\(x + 10)" y="\(label.y + 2)">\(spell(label.value))</text>\
        <text class="end-name" x="\(x + 10)" y="\(label.y + 15)">\(label.series.name)</text>
        """
    }
  }

  /// What the chart says, for those who cannot see it.
  private func summary(_ lines: [Series], _ means: [[ChartPoint]]) -> String {
    let sentences = zip(lines, means).map { line, points in
      "\(line.name) from \(spell(points.first?.y ?? 0)) to \(spell(points.last?.y ?? 0))"
    }
    let notes = bands.map { "window \($0.label)" } + markers.map(\.label)
    return "\(title): " + (sentences + notes).joined(separator: "; ")
  }

  private func spell(_ value: Double) -> String {
    switch unit {
    case .share: Format.percent(value, decimals: 1)
    case .tokens: Format.number(value, decimals: 1)
    case .plain: Format.significant(value)
    }
  }

  private func label(_ tick: Double, on scale: ChartScale) -> String {
    unit == .share
      ? Format.percent(tick, decimals: max(0, scale.decimals - 2))
      : Format.number(tick, decimals: scale.decimals)
  }
}

/// The area inside the axes.
struct Plot: Sendable {
  var x: ChartScale
  var y: ChartScale
  var left: Double
  var top: Double
  var width: Double
  var height: Double

  func x(_ value: Double) -> Double { left + x.fraction(value) * width }
  func y(_ value: Double) -> Double { top + (1 - y.fraction(value)) * height }

  /// An SVG path through the points.
  func path(_ points: [ChartPoint]) -> String {
    var path = ""
    for (index, point) in points.enumerated() {
      path += index == 0 ? "M" : "L"
      path += Format.coordinate(x(point.x)) + " " + Format.coordinate(y(point.y))
    }
    return points.count == 1 ? path + "h0.1" : path
  }
}
