/// Makes long and noisy histories readable without hiding that they are noisy.
enum Smoothing {
  /// The trailing mean over the last `window` points.
  static func trailingMean(_ points: [ChartPoint], window: Int) -> [ChartPoint] {
    guard window > 1 else { return points }
    return points.indices.map { index in
      let slice = points[max(0, index - window + 1)...index]
      return ChartPoint(
        x: points[index].x, y: slice.reduce(0) { $0 + $1.y } / Double(slice.count))
    }
  }

  /// At most `count` points: each the mean of its neighbours in one bucket of the history.
  static func thinned(_ points: [ChartPoint], to count: Int) -> [ChartPoint] {
    guard points.count > count, count > 1 else { return points }
    return (0..<count).map { bucket in
      let slice = points[
        (bucket * points.count / count)..<((bucket + 1) * points.count / count)]
      let n = Double(slice.count)
      return ChartPoint(
        x: slice.reduce(0) { $0 + $1.x } / n, y: slice.reduce(0) { $0 + $1.y } / n)
    }
  }

  /// The window for a history of this length: a twentieth of it, 1 to 25 steps.
  static func window(for count: Int) -> Int { max(1, min(25, count / 16)) }
}
