/// One metric of several runs: a dot per run, with the interval around it as a line.
struct IntervalDots: Sendable {
  struct Row: Sendable {
    var name: String
    /// The class that gives it its colour.
    var style: String
    var value: Double
    var range: ClosedRange<Double>?
  }

  var title: String
  var explanation: String
  /// Shares.
  var rows: [Row]

  private static let (width, left, right, rowHeight, top) = (360.0, 26.0, 58.0, 24.0, 20.0)

  /// Empty where there is nothing to draw.
  func figure() -> HTML {
    let ends = rows.flatMap { [$0.value, $0.range?.lowerBound, $0.range?.upperBound] }
      .compactMap { $0 }
    guard let low = ends.min(), let high = ends.max() else { return .empty }
    let height = Self.top + Self.rowHeight * Double(rows.count) + 4
    let scale = ChartScale(covering: low...high, ticks: 3)
    let plot = Plot(
      x: scale, y: scale, left: Self.left, top: Self.top,
      width: Self.width - Self.left - Self.right, height: height - Self.top)
    let decimals = max(0, scale.decimals - 2)
    let grid: [HTML] = scale.ticks.map { tick in
      """
      <path class="grid" d="M\(plot.x(tick)) \(Self.top)V\(height - 4)"/>\
      <text class="tick" x="\(plot.x(tick))" y="11" text-anchor="middle">\(Format.number(tick * 100, decimals: decimals))</text>
      """
    }
    let marks: [HTML] = rows.enumerated().map { index, row in
      let y = Self.top + Self.rowHeight * (Double(index) + 0.5)
      let line: HTML =
        row.range.map {
          "<path class=\"interval\" d=\"M\(plot.x($0.lowerBound)) \(y)H\(plot.x($0.upperBound))\"/>"
        } ?? ""
      return """
        <g class="\(row.style)"><text class="letter" x="0" y="\(y + 4)">\(row.name)</text>\(line)\
        <circle class="point" cx="\(plot.x(row.value))" cy="\(y)" r="4.5"/>\
        <text class="end-value" x="\(Self.width)" y="\(y + 5)" text-anchor="end">\(Format.percent(row.value))</text></g>
        """
    }
    let spoken = rows.map { row in
      let range =
        row.range.map {
          " (\(Format.number($0.lowerBound * 100, decimals: 1)) to \(Format.number($0.upperBound * 100, decimals: 1)))"
        } ?? ""
      return "\(row.name) \(Format.percent(row.value))\(range)"
    }.joined(separator: "; ")
    return """
      <figure class="chart"><figcaption><h4>\(title)</h4><p>\(explanation)</p></figcaption>\
      <svg viewBox="0 0 \(Self.width) \(height)" role="img" aria-label="\(title): \(spoken)">\(grid)\(marks)</svg></figure>

      """
  }
}
