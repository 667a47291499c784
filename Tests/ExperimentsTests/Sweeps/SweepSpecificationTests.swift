import Testing

@testable import Experiments

struct SweepSpecificationTests {
  private typealias Cell = SweepSpecification.Cell
  private typealias Assignment = SweepSpecification.Assignment

  private func assignments(_ values: String...) -> [Assignment] {
    zip(["window", "group", "rate"], values).map { Assignment(parameter: $0, value: $1) }
  }

  @Test func cellsAreNamedByTheirValuesAndTheSameEveryTime() {
    let cells: [(control: String?, assignments: [Assignment])] = [
      ("published", assignments("128..320 tok", "8")),
      (nil, assignments("64..192 tok", "8")), (nil, assignments("64..192 tok", "16")),
      (nil, assignments("50%", "8")),
    ]
    let names = SweepNames.cells(cells)
    #expect(names == ["published", "64-192tok_8", "64-192tok_16", "50pct_8"])
    #expect(SweepNames.cells(cells) == names)
    #expect(
      SweepNames.trial(cell: names[1], seed: 7, digest: "0f3a91c2ffff") == "64-192tok_8-s7-0f3a91c2"
    )
  }

  @Test func namesThatWouldBeEqualOrTooLongCarryADigest() {
    let long = String(repeating: "x", count: 80)
    let names = SweepNames.cells([
      (nil, assignments("a b")), (nil, assignments("ab")), (nil, assignments(long)),
    ])
    #expect(Set(names).count == 3)
    #expect(names.allSatisfy { $0.utf8.count <= SweepNames.longest })
    #expect(names[0].hasPrefix("ab-") && names[2].hasPrefix("xxx"))
    #expect(SweepNames.word("a/../b \u{e9}:*") == "a---b---")
  }

  @Test func controlsComeFirstThenEveryCellWithTheFirstSeed() {
    func cell(_ name: String, control: Bool = false) -> Cell {
      Cell(name: name, isControl: control, assignments: [])
    }
    let order = SweepSpecification.order(
      cells: [cell("published", control: true), cell("a"), cell("b")], seeds: [7, 8])
    #expect(
      order.map { "\($0.cell.name) \($0.seed)" }
        == ["published 7", "published 8", "a 7", "b 7", "a 8", "b 8"])
  }

  @Test func equalStagesAreCountedOnce() {
    func trial(_ name: String, _ digests: String...) -> SweepSpecification.Trial {
      SweepSpecification.Trial(
        name: name, cell: name, seed: 0, digest: name,
        stages: zip(["cold", "rl"], digests).map {
          .init(name: $0, algorithm: $0 == "cold" ? "sft" : "grpo", digest: $1)
        })
    }
    let stages = SharedStage.all([trial("a", "x", "1"), trial("b", "x", "2"), trial("c", "y", "3")])
    #expect(stages.map(\.name) == ["cold", "rl"])
    #expect(stages.map(\.distinct) == [2, 3])
    #expect(stages.map(\.saved) == [1, 0])
  }

  @Test func sharedWorkIsEstimatedOnce() {
    func work(_ digest: String?, _ seconds: Double) -> SweepEstimate.Work {
      .init(digest: digest, seconds: seconds, operations: 10 * seconds)
    }
    let estimate = SweepEstimate([
      [work("cold", 100), work("a", 10), work(nil, 1)],
      [work("cold", 100), work("b", 20), work(nil, 1)],
    ])
    #expect(estimate.seconds == 132)
    #expect(estimate.operations == 1320)
    #expect(estimate.secondsUnshared == 232)
  }
}
