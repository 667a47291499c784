/// One held-out metric from stage to stage: a dot per evaluation with its value, and the guess of
/// someone who does not look as a dashed line.
struct StageSlope: Sendable {
  var label: String
  var stages: [(name: String, value: Double)]
  var baseline: Double?

  private static let (width, height) = (280.0, 118.0)

  /// Empty for a value that has nothing to stand beside.
  func svg() -> HTML {
    guard stages.count > 1 || baseline != nil else { return .empty }
    let values = stages.map(\.value) + [baseline].compactMap { $0 }
    guard let low = values.min(), let high = values.max(), !stages.isEmpty else { return .empty }
    // At least ten points from bottom to top, or noise would look like a trend.
    let padding = max((high - low) * 0.12, (0.1 - (high - low)) / 2)
    let scale = ChartScale(from: low - padding, to: high + padding)
    let (left, right, top, bottom) = (30.0, 30.0, 22.0, 26.0)
    let step =
      stages.count > 1
      ? (Self.width - left - right) / Double(stages.count - 1) : 0
    func x(_ index: Int) -> Double {
      stages.count > 1 ? left + Double(index) * step : Self.width / 2
    }
    func y(_ value: Double) -> Double {
      top + (1 - scale.fraction(value)) * (Self.height - top - bottom)
    }

    var body: [HTML] = []
    if let baseline {
      let position = y(baseline)
      body.append(
        """
        <path class="baseline" d="M4 \(position)H\(Self.width - 4)"/>\
        <text class="tick" x="\(Self.width - 4)" y="\(position - 5)" text-anchor="end">blind guess \(Format.percent(baseline))</text>
        """)
    }
    var path = ""
    for (index, stage) in stages.enumerated() {
      path += (index == 0 ? "M" : "L") + Format.coordinate(x(index)) + " "
      path += Format.coordinate(y(stage.value))
    }
    body.append("<path class=\"mean series-ink\" d=\"\(path)\"/>")
    for (index, stage) in stages.enumerated() {
      let isLast = index == stages.count - 1
      body.append(
        """
        <circle class="\(isLast ? "dot last" : "dot")" cx="\(x(index))" cy="\(y(stage.value))" r="\(isLast ? 5.0 : 4.0)"/>\
        <text class="\(isLast ? "dot-value last" : "dot-value")" x="\(x(index))" y="\(y(stage.value) - 10)" text-anchor="middle">\(Format.number(stage.value * 100, decimals: 1))</text>\
        <text class="tick" x="\(x(index))" y="\(Self.height - 6)" text-anchor="middle">\(stage.name)</text>
        """)
    }
    let spoken = stages.map { "\($0.name) \(Format.percent($0.value))" }.joined(separator: ", ")
    return """
      <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" aria-label="\(label): \(spoken)">\(body)</svg>
      """
  }
}
