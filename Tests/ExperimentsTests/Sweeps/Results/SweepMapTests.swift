import Testing

@testable import Experiments

struct SweepMapTests {
  private func results(_ specification: SweepSpecification) async throws -> SweepResults {
    try await SweepScenes.with { folder in
      _ = try SweepSession(specification, in: folder)
      return try SweepResults(folder)
    }
  }

  @Test func aWindowAxisIsLaidOutByItsEnds() async throws {
    var specification = SweepScenes.specification(["8..32 tok", "16..64 tok", "8..64 tok"])
    specification.excluded = [
      .init(
        assignments: [.init(parameter: "window", value: "16..32 tok")], reason: "too narrow")
    ]
    specification.infeasible = [
      .init(
        assignments: [.init(parameter: "window", value: "16..128 tok")], control: nil,
        findings: [.init(code: "SV5203", message: "unreachable")])
    ]
    let map = try #require(SweepMap(try await results(specification)))
    #expect(map.rows == ["8", "16"] && map.columns == ["32", "64", "128"])
    #expect(
      map.places == [
        [.cell("8..32 tok"), .cell("8..64 tok"), .nothing],
        [
          .excluded("too narrow"), .cell("16..64 tok"),
          .infeasible([.init(code: "SV5203", message: "unreachable")]),
        ],
      ])
  }

  @Test func twoAxesAreLaidOutByTheirValues() async throws {
    var specification = SweepScenes.specification(["a", "b"], control: "b")
    specification.axes = ["window", "group"]
    specification.cells[0].assignments = [
      .init(parameter: "window", value: "8..32 tok"), .init(parameter: "group", value: "16"),
    ]
    specification.cells[1].assignments = [
      .init(parameter: "window", value: "16..32 tok"), .init(parameter: "group", value: "8"),
    ]
    let map = try #require(SweepMap(try await results(specification)))
    #expect(map.rows == ["8..32 tok", "16..32 tok"] && map.columns == ["8", "16"])
    #expect(map.places == [[.nothing, .cell("a")], [.cell("b"), .nothing]])
    // A control that sets more than the axes lies elsewhere, and one place is no map.
    specification.cells[1].assignments.append(.init(parameter: "rate", value: "1"))
    #expect(SweepMap(try await results(specification)) == nil)
  }

  @Test func oneAxisOfOtherValuesIsNoMap() async throws {
    #expect(SweepMap(try await results(SweepScenes.specification(["1", "2"]))) == nil)
  }
}
