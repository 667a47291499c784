import Testing
import Trainer

@testable import Experiments

struct SweepDrawingTests {
  @Test func onlyCellsThatNoOtherBeatsAreOnTheFront() {
    typealias Entry = SweepParetoSection.Entry
    let entries = [
      Entry(cell: "cheap", tokens: 10, value: 0.4), Entry(cell: "beaten", tokens: 20, value: 0.4),
      Entry(cell: "good", tokens: 20, value: 0.7), Entry(cell: "best", tokens: 90, value: 0.8),
      Entry(cell: "costly", tokens: 95, value: 0.8),
    ]
    #expect(
      SweepParetoSection.front(entries, maximizes: true).map(\.cell) == ["cheap", "good", "best"])
    #expect(SweepParetoSection.front(entries, maximizes: false).map(\.cell) == ["cheap"])
  }

  @Test func aCurveEndsWithItsShortestSeed() throws {
    let long = (1...4).map { ChartPoint(x: Double($0), y: Double($0)) }
    let short = (1...2).map { ChartPoint(x: Double($0), y: Double($0) + 1) }
    let curve = try #require(SweepCurve(cell: "a", seeds: [long, short, []]))
    #expect(curve.count == 2)
    #expect(
      curve.points == [
        .init(step: 1, mean: 1.5, low: 1, high: 2), .init(step: 2, mean: 2.5, low: 2, high: 3),
      ])
    #expect(SweepCurve(cell: "a", seeds: [[], []]) == nil)
  }

  @Test func aLongCurveKeepsItsLastStep() throws {
    let points = (1...1000).map { ChartPoint(x: Double($0), y: 0) }
    let curve = try #require(SweepCurve(cell: "a", seeds: [points]))
    #expect(curve.points.count <= 61 && curve.points.last?.step == 1000)
  }

  @Test func wordsAreQuotedWhereAShellWouldReadThem() {
    #expect(
      ShellText.line(["run", "a b", "it's", "", "x=$y", "4..8"])
        == #"run 'a b' 'it'\''s' '' 'x=$y' 4..8"#)
  }
}
