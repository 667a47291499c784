import Foundation
import Testing

@testable import Experiments

@Suite("Charts")
struct ChartTests {
  @Test(arguments: [
    (0.0, 1.0, [0, 0.5, 1]), (0.0, 80.0, [0, 50, 100]), (-0.013, 0.004, [-0.02, -0.01, 0, 0.01]),
    (3.0, 3.0, [2.6, 2.8, 3.0, 3.2, 3.4]),
  ]) func `axes end at round numbers that cover the values`(
    low: Double, high: Double, ticks: [Double]
  ) {
    let scale = ChartScale(covering: low...high)
    #expect(scale.low <= low && scale.high >= high)
    #expect(scale.ticks.count == ticks.count)
    for (found, expected) in zip(scale.ticks, ticks) {
      #expect((found - expected).magnitude < 1e-9)
    }
  }

  @Test func `a trailing mean looks back only`() {
    let points = [1.0, 3, 5, 7].enumerated().map { ChartPoint(x: Double($0), y: $1) }
    #expect(Smoothing.trailingMean(points, window: 2).map(\.y) == [1, 2, 4, 6])
  }

  @Test func `thinning keeps the mean of a long history`() {
    let points = (0..<1000).map { ChartPoint(x: Double($0), y: Double($0 % 10)) }
    let thin = Smoothing.thinned(points, to: 100)
    #expect(thin.count == 100)
    #expect(thin.allSatisfy { $0.y == 4.5 })
  }

  @Test func `names at the line ends do not overlap`() throws {
    let points = [ChartPoint(x: 1, y: 1), ChartPoint(x: 2, y: 1)]
    let chart = LineChart(
      title: "t", explanation: "e",
      series: [
        .init(name: "a", style: "series-0", points: points),
        .init(name: "b", style: "series-1", points: points),
      ])
    let heights = chart.figure().markup.components(separatedBy: "<text class=\"end-name\"")
      .dropFirst().compactMap { $0.components(separatedBy: "y=\"").dropFirst().first }
      .compactMap { Double($0.prefix { $0 != "\"" }) }
    try #require(heights.count == 2)
    #expect((heights[0] - heights[1]).magnitude >= 26)
  }

  @Test func `a chart of one point and a chart of none do not fail`() {
    let one = LineChart(
      title: "t", explanation: "e",
      series: [.init(name: "a", style: "series-0", points: [ChartPoint(x: 1, y: 0)])])
    #expect(one.figure().markup.contains("M"))
    let none = LineChart(
      title: "t", explanation: "e", series: [.init(name: "a", style: "s", points: [])])
    #expect(none.figure() == .empty)
  }

  @Test(arguments: [
    (-0.04, 0), (0.3, 1), (-0.3, -1), (0.94, 2), (-1.21, -3), (1.62, 4), (-2.47, -4),
  ]) func `advantages fall into nine levels`(advantage: Double, level: Int) {
    #expect(AdvantageText.level(advantage) == level)
  }

  @Test func `numbers are spelt the same everywhere`() {
    #expect(Format.points(0.154) == "+15.4")
    #expect(Format.signed(-0.001) == "0")
    #expect(Format.significant(-0.00814) == "\u{2212}0.00814")
    #expect(Format.reward(0.2) == "0.2")
    #expect(Format.count(1_507_328) == "1\u{202F}507\u{202F}328")
    #expect(Format.duration(252) == "4 min 12 s")
    #expect(Format.algorithm("process_aware_grpo") == "process-aware GRPO")
  }
}
