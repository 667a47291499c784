import TensorEngine

/// Where the time of a step goes: by kind of operation, slowest first, with the share of all, and the rate
/// beside the machine's peak where multiply-adds are the point.
struct OperationTable {
  private struct Row {
    var kind: String
    var count = 0
    var seconds = 0.0
    var flops = 0.0
  }

  private var rows: [Row]

  /// The operations that `step` runs on the device.
  init(of device: any Device, _ step: () throws -> Void) throws {
    guard let device = device as? CPUDevice else {
      throw BenchmarkError("not measured: \(device.name)")
    }
    var rows: [String: Row] = [:]
    for time in try device.measuringSteps(step) {
      let isGradient = time.scope.contains("gradient")

      let detail = time.detail.isEmpty ? "" : " {\(time.detail)}"
      let kind = "\(time.operation)\(detail)\(isGradient ? " (gradient)" : "")"
      var row = rows[kind] ?? Row(kind: kind)
      row.count += 1
      row.seconds += time.duration / .seconds(1)
      row.flops += time.flops
      rows[kind] = row
    }
    self.rows = rows.values.sorted { $0.seconds > $1.seconds }
  }

  /// - Parameter peak: floating-point operations a second.
  func lines(peak: Double) -> [String] {
    let all = rows.reduce(0) { $0 + $1.seconds }
    return rows.map { row in
      let milliseconds = Measurement.fixed(row.seconds * 1e3, 10)
      let share = Measurement.fixed(row.seconds / all * 100, 6)
      let ofPeak = Measurement.fixed(row.flops / row.seconds / peak * 100, 6)
      return
        "\(milliseconds) ms \(share) % of the step \(ofPeak) % of the peak  \(row.count) x \(row.kind)"
    }
  }
}
