/// A schedule over a stage, drawn in characters.
public struct SchedulePlot: Sendable {
  public var schedule: Schedule
  /// Of the stage; nil where it is known only once the data are read.
  public var steps: Int?
  /// Steps of one pass over the data, where that is known.
  public var epoch: Double?
  public var width = 56
  public var height = 5

  public init(_ schedule: Schedule, steps: Int?, epoch: Double? = nil) {
    self.schedule = schedule
    self.steps = steps
    self.epoch = epoch
  }

  /// One string per line: the greatest value on top, the steps below.
  public var lines: [String] {
    // Without a number of steps any long stage looks the same.
    let total = max(1, steps ?? 1000)
    let columns = min(width, max(2, total))
    let values = (0..<columns).map { column in
      let step = columns > 1 ? (total - 1) * column / (columns - 1) : 0
      return schedule.value(step: step, of: total, epoch: epoch)
    }
    let range = schedule.range(over: total, epoch: epoch)
    let span = range.upperBound - range.lowerBound
    let heights = values.map { value in
      span > 0 ? Int(((value - range.lowerBound) / span * Double(height - 1)).rounded()) : 0
    }
    let labels = (0..<height).map { row in
      row == height - 1
        ? Self.short(range.upperBound) : row == 0 ? Self.short(range.lowerBound) : ""
    }
    let margin = labels.map(\.count).max() ?? 0
    var lines = (0..<height).reversed().map { row in
      let label = String(repeating: " ", count: margin - labels[row].count) + labels[row]
      let marks = heights.map { $0 == row ? "*" : " " }.joined()
      return "\(label) |\(marks)".trimmingEnd
    }
    let end = steps.map { "step \($0)" } ?? "last step"
    let gap = String(repeating: " ", count: max(1, columns - "step 1".count - end.count))
    lines.append(String(repeating: " ", count: margin) + "  step 1\(gap)\(end)")
    return lines
  }

  /// Four digits at most.
  private static func short(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "0" }
    var scale = 1.0
    while abs(value) * scale < 1000, scale < 1e12 { scale *= 10 }
    return shortText((value * scale).rounded() / scale)
  }
}

extension String {
  fileprivate var trimmingEnd: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
