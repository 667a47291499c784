import Foundation

/// The lines of the progress display, as text.
enum ProgressLine {
  /// Lines for a terminal: where the stage stands, and the values that matter with their course.
  ///
  /// - Parameter rows: lines of values, at most; those that do not fit are left out.
  static func live(
    _ stage: Progress.StageState, now: Double, console: Console, rows: Int = 1
  ) -> [String] {
    let width = console.width - 1
    let position = "\(stage.step)/\(stage.of)"
    var pace = self.pace(stage, now: now)
    // A narrow terminal shows how far it is, and not how fast.
    if position.count + pace.count + 16 > width { pace = "" }
    let bar = max(8, min(32, width - position.count - pace.count - 8))
    let done = stage.of > 0 ? Double(stage.step) / Double(stage.of) : 0
    let first =
      "  " + console.style(self.bar(done, width: bar), .blue) + "  " + position + "  "
      + console.style(pace, .faint)

    var values = ["  "]
    var used = 2
    for key in keys(stage.values) {
      let value = number(key, stage.values[key] ?? 0)
      let course = sparkline(stage.history[key] ?? [], width: 8)
      let name = label(key)
      let length = name.count + value.count + course.count + 5
      if used + length > width, values.count < rows {
        values.append("  ")
        used = 2
      }
      guard used + length <= width else { break }
      values[values.count - 1] +=
        "\(console.style(name, .faint)) \(value) \(console.style(course, .cyan))   "
      used += length
    }
    return [first] + values
  }

  /// One line for a log.
  static func log(_ stage: Progress.StageState, now: Double) -> String {
    let values = keys(stage.values).prefix(5)
      .map { "\(label($0)) \(number($0, stage.values[$0] ?? 0))" }
    return (["  \(stage.name) \(stage.step)/\(stage.of)"] + values + [pace(stage, now: now)])
      .filter { !$0.isEmpty }.joined(separator: "  ")
  }

  /// What stays when a stage is done.
  static func finished(
    _ stage: Progress.StageState, seconds: Double, console: Console
  ) -> String {
    let steps = stage.step - stage.firstStep
    let values = keys(stage.values).prefix(3).map { key in
      "\(label(key)) \(number(key, mean((stage.history[key] ?? []).suffix(10))))"
    }
    let facts = ["\(steps) steps in \(duration(seconds))"] + values
    return "  " + console.style("done", .green) + "  " + facts.joined(separator: "  ")
  }

  /// The shares of an evaluation, in percent.
  static func evaluation(
    _ name: String, _ values: [String: Double], console: Console
  ) -> String {
    let known = ["accuracy", "sufficiency", "lucky", "format", "mismatch"]
      .filter { values[$0] != nil }
    let parts = known.map { key in "\(key) \(number(key, values[key] ?? 0))" }
    let blind = values["blind"].map { " (blind guess \(number("accuracy", $0)))" } ?? ""
    return "  " + console.style(name, .bold) + "  " + parts.joined(separator: "  ")
      + console.style(blind, .faint)
  }

  /// Eight heights of a block for a course of values; the newest is the last.
  static func sparkline(_ values: [Double], width: Int) -> String {
    let blocks: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    guard let low = values.min(), let high = values.max(), width > 0 else { return "" }
    let count = min(width, values.count)
    return String(
      (0..<count).map { index -> Character in
        let bucket = values[(index * values.count / count)..<((index + 1) * values.count / count)]
        let fraction = high > low ? (mean(bucket) - low) / (high - low) : 0
        return blocks[min(blocks.count - 1, Int(fraction * Double(blocks.count)))]
      })
  }

  /// A bar of eighths of a block.
  static func bar(_ fraction: Double, width: Int) -> String {
    let partial = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    let eighths = Int((min(1, max(0, fraction)) * Double(width * 8)).rounded(.down))
    let full = String(repeating: "█", count: eighths / 8) + partial[eighths % 8]
    return full + String(repeating: "·", count: max(0, width - full.count))
  }

  /// Steps per second and the time that is left: `4.2 step/s  0:38 left`.
  static func pace(_ stage: Progress.StageState, now: Double) -> String {
    let done = stage.step - stage.firstStep
    let elapsed = now - stage.started
    guard done > 0, elapsed > 0 else { return "" }
    let rate = Double(done) / elapsed
    let speed =
      rate >= 1
      ? String(format: "%.1f step/s", rate) : String(format: "%.1f s/step", 1 / rate)
    guard stage.step < stage.of else { return speed }
    return "\(speed)  \(clock(Double(stage.of - stage.step) / rate)) left"
  }

  /// `0:38`, `12:04`, `1:02:03`.
  static func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds.rounded(.up), 359_999))
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0
      ? String(format: "%d:%02d:%02d", hours, minutes, rest)
      : String(format: "%d:%02d", minutes, rest)
  }

  /// `4.2 s`, `3 min 05 s`.
  static func duration(_ seconds: Double) -> String {
    seconds < 60
      ? String(format: "%.1f s", seconds)
      : String(format: "%d min %02d s", Int(seconds) / 60, Int(seconds) % 60)
  }

  /// The values worth a place, the most telling first.
  static func keys(_ values: [String: Double]) -> [String] {
    let processes = values.keys.filter { $0.hasPrefix("process/") }.sorted()
    return
      (["accuracy"] + processes + [
        "length/response", "loss", "mismatch", "entropy", "learning_rate",
      ])
      .filter { values[$0] != nil }
  }

  private static func label(_ key: String) -> String {
    if key == "length/response" { return "length" }
    return key == "learning_rate" ? "rate" : key.split(separator: "/").last.map(String.init) ?? key
  }

  private static func number(_ key: String, _ value: Double) -> String {
    switch key {
    case "accuracy", "sufficiency", "lucky", "format", "mismatch":
      String(format: "%.1f%%", value * 100)
    case "learning_rate": String(format: "%.1e", value)
    case "length/response": String(format: "%.1f", value)
    default: String(format: value.magnitude < 0.1 ? "%.4f" : "%.3f", value)
    }
  }

  private static func mean(_ values: ArraySlice<Double>) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }
}
