import Testing

@testable import Trainer

@Suite struct BatchOrderTests {
  let order = BatchOrder(candidates: Array(10..<20), batchSize: 4, seed: 5, stream: "sft/all")

  @Test func aPassVisitsEveryRecordOnce() {
    let visited = (0..<5).flatMap(order.batch)
    #expect(visited.prefix(10).sorted() == Array(10..<20))
    #expect(visited.suffix(10).sorted() == Array(10..<20))
    #expect(Array(visited.prefix(10)) != Array(visited.suffix(10)))
  }

  @Test func aStepIsAFunctionOfSeedStreamAndStep() {
    let same = BatchOrder(candidates: Array(10..<20), batchSize: 4, seed: 5, stream: "sft/all")
    let otherSeed = BatchOrder(candidates: Array(10..<20), batchSize: 4, seed: 6, stream: "sft/all")
    let otherStage = BatchOrder(candidates: Array(10..<20), batchSize: 4, seed: 5, stream: "rl/all")
    let batches = (0..<5).map(order.batch)
    #expect((0..<5).map(same.batch) == batches)
    #expect((0..<5).map(otherSeed.batch) != batches)
    #expect((0..<5).map(otherStage.batch) != batches)
  }
}
