import Foundation
import Testing

@testable import Experiments

struct SweepPlateauTests {
  private func results(_ accuracies: [(String, Double)]) async throws -> SweepResults {
    try await SweepScenes.with { folder in
      let plan = SweepScenes.specification(accuracies.map(\.0), seeds: [7])
      _ = try SweepSession(plan, in: folder)
      for (cell, accuracy) in accuracies {
        try SweepScenes.finish("\(cell)-s7", in: folder, accuracy: accuracy)
      }
      return try SweepResults(folder)
    }
  }

  @Test func aLuckyCellAmongWorseOnesIsNotThePlateau() async throws {
    // In the order of the values: 0.9 lies between two bad ones.
    let found = try await results([
      ("16", 0.6), ("1", 0.2), ("2", 0.9), ("4", 0.1), ("8", 0.7), ("32", 0.65),
    ])
    #expect(found.best == "2")
    let plateau = try #require(SweepPlateau(found))
    #expect(plateau.cell == "16" && plateau.count == 3 && abs(plateau.mean - 0.65) < 1e-12)
  }

  @Test func endsOfWindowsAreNeighboursOnTheirOwn() async throws {
    let found = try await results([
      ("8..32 tok", 0.5), ("16..32 tok", 0.7), ("8..64 tok", 0.6), ("64..128 tok", 0.9),
    ])
    // The best cell is two values away from all others along one of its ends.
    let plateau = try #require(SweepPlateau(found))
    #expect(plateau.cell == "16..32 tok" || plateau.cell == "8..32 tok")
    #expect(plateau.count == 3 && abs(plateau.mean - 0.6) < 1e-12)
  }

  @Test func aCellAloneHasNoPlateau() async throws {
    #expect(SweepPlateau(try await results([("1", 0.5)])) == nil)
  }
}
