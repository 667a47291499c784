/// Sums numbers by name and gives their means.
struct Means {
  private var sums: [String: (sum: Double, count: Int)] = [:]

  mutating func add(_ name: String, _ value: Double) {
    let old = sums[name] ?? (0, 0)
    sums[name] = (old.sum + value, old.count + 1)
  }

  mutating func add(_ name: String, _ condition: Bool) { add(name, condition ? 1 : 0) }

  mutating func add(_ name: String, _ values: some Sequence<Double>) {
    for value in values { add(name, value) }
  }

  var values: [String: Double] { sums.mapValues { $0.sum / Double($0.count) } }
}
