import Models
import Testing

@testable import Trainer

@Suite struct PassesTests {
  private func groups(_ sizes: (prompt: Int, responses: [Int])...) -> [Passes.Group] {
    sizes.map { Passes.Group(prompt: $0.prompt, responses: $0.responses) }
  }

  private func part(_ group: Int, _ responses: Range<Int>) -> Passes.Part {
    Passes.Part(group: group, responses: responses)
  }

  @Test func withoutABoundThereIsOnePass() {
    let all = groups((5, [3, 4]), (900, [1000]))
    #expect(Passes.split(all, bound: nil) == [[part(0, 0..<2), part(1, 0..<1)]])
    #expect(Passes.split(all, bound: 5000) == [[part(0, 0..<2), part(1, 0..<1)]])
  }

  @Test func groupsStayWholeWhereAPassHoldsThem() {
    let all = groups((5, [3, 4]), (4, [4, 4]), (2, [6]))
    #expect(
      Passes.split(all, bound: 20) == [[part(0, 0..<2)], [part(1, 0..<2), part(2, 0..<1)]])
    #expect(
      Passes.split(all, bound: 24) == [[part(0, 0..<2), part(1, 0..<2)], [part(2, 0..<1)]])
  }

  @Test func aLargeGroupIsCutBetweenResponsesWithItsPromptInEveryPart() {
    let all = groups((10, [5, 5, 5]), (2, [3]))
    #expect(
      Passes.split(all, bound: 20)
        == [[part(0, 0..<2)], [part(0, 2..<3), part(1, 0..<1)]])
    #expect(
      Passes.split(all, bound: 15)
        == [[part(0, 0..<1)], [part(0, 1..<2)], [part(0, 2..<3)], [part(1, 0..<1)]])
  }

  @Test func aSequenceLongerThanAPassIsAPassOfItsOwn() {
    let all = groups((2, [3]), (10, [40, 5]), (2, [3]))
    #expect(
      Passes.split(all, bound: 20)
        == [[part(0, 0..<1)], [part(1, 0..<1)], [part(1, 1..<2), part(2, 0..<1)]])
    #expect(
      Passes.split(all, bound: 1)
        == [[part(0, 0..<1)], [part(1, 0..<1)], [part(1, 1..<2)], [part(2, 0..<1)]])
  }

  /// Every response is in one pass, in order, and no pass without need above the bound.
  @Test func nothingIsLostAndNothingIsTooLarge() {
    var generator = Philox(seed: 4, stream: "passes")
    for _ in 0..<200 {
      let all = (0..<1 + generator.integer(below: 5)).map { _ in
        Passes.Group(
          prompt: 1 + generator.integer(below: 30),
          responses: (0..<1 + generator.integer(below: 6)).map { _ in
            1 + generator.integer(below: 30)
          })
      }
      let bound = 1 + generator.integer(below: 150)
      let passes = Passes.split(all, bound: bound)
      let found = passes.flatMap { $0.flatMap { part in part.responses.map { [part.group, $0] } } }
      let expected = all.indices.flatMap { group in
        all[group].responses.indices.map { [group, $0] }
      }
      #expect(found == expected)
      for pass in passes {
        let tokens = pass.reduce(0) {
          $0 + all[$1.group].prompt + all[$1.group].responses[$1.responses].reduce(0, +)
        }
        let single = pass.count == 1 && pass[0].responses.count == 1
        #expect(!pass.isEmpty && (tokens <= bound || single))
      }
    }
  }
}
