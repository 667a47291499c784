import Testing

@testable import ClipWorld

@Suite struct BaselineOrderTests {
  @Test func theMeanIsSummedInTheOrderOfNames() throws {
    let records = try ClipWorldGenerator.records(
      ClipWorldSettings(split: .test, clips: 120, seed: 5))
    let families = ClipWorldBaselines.blind(records)
    var sum = 0.0
    for name in families.keys.sorted() { sum += families[name] ?? 0 }
    #expect(ClipWorldBaselines.blindMean(records) == sum / Double(families.count))
  }
}
