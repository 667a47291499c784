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

  /// At most `count` points: of every bucket of the history the lowest and the highest, in their order,
  /// so that no step that stands out is lost.
  static func extremes(_ points: [ChartPoint], to count: Int) -> [ChartPoint] {
    let buckets = count / 2
    guard points.count > count, buckets > 0 else { return points }
    return (0..<buckets).flatMap { bucket -> [ChartPoint] in
      let slice = points[
        (bucket * points.count / buckets)..<((bucket + 1) * points.count / buckets)]
      guard let low = slice.min(by: { $0.y < $1.y }), let high = slice.max(by: { $0.y < $1.y }),
        low != high
      else { return Array(slice.prefix(1)) }
      return low.x < high.x ? [low, high] : [high, low]
    }
  }

  /// The window for a history of this length: a twentieth of it, 1 to 25 steps.
  static func window(for count: Int) -> Int { max(1, min(25, count / 16)) }
}
