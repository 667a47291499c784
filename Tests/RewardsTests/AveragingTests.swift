import Testing

@testable import Rewards

@Suite struct AveragingTests {
  /// 5 tokens (2 perception, 2 reasoning, 1 rest) and 3 tokens (all reasoning).
  private let sequences: [[String?]] = [
    ["p", "p", nil, "r", "r"], ["r", "r", "r"],
  ]

  @Test("segment: every process of a sequence weighs as much as any other")
  func segment() throws {
    expectEqual(
      try Averaging.segment.weights(sequences).flatMap { $0 },
      [0.25, 0.25, 0.5, 0.25, 0.25, 1.0 / 6, 1.0 / 6, 1.0 / 6], within: 1e-15)
  }

  @Test("sequence: every sequence weighs as much as any other")
  func sequence() throws {
    expectEqual(
      try Averaging.sequence.weights(sequences).flatMap { $0 },
      [0.1, 0.1, 0.1, 0.1, 0.1, 1.0 / 6, 1.0 / 6, 1.0 / 6], within: 1e-15)
  }

  @Test("token: every token weighs as much as any other, or as a given divisor says")
  func token() throws {
    #expect(
      try Averaging.token.weights(sequences).flatMap { $0 } == Array(repeating: 0.125, count: 8))
    #expect(
      try Averaging.token.weights(sequences, divisor: 16).flatMap { $0 }
        == Array(repeating: 0.0625, count: 8))
  }

  @Test("batch: a part of a batch is divided by the tokens of all of it")
  func batch() throws {
    #expect(
      try Averaging.batch.weights([sequences[1]], divisor: 8).flatMap { $0 }
        == Array(repeating: 0.125, count: 3))
    #expect(try Averaging.batch.weights(sequences) == Averaging.token.weights(sequences))
  }

  @Test("sum: a sequence weighs as much as it is long")
  func sum() throws {
    #expect(
      try Averaging.sum.weights(sequences).flatMap { $0 } == Array(repeating: 0.5, count: 8))
  }

  @Test("constant: the sum over the number of sequences and a fixed length")
  func constant() throws {
    #expect(
      try Averaging.constant.weights(sequences, maximumLength: 10).flatMap { $0 }
        == Array(repeating: 0.05, count: 8))
  }

  @Test("empty sequences count as sequences and get no weights")
  func empty() throws {
    #expect(try Averaging.sequence.weights([[], ["r", "r"]]) == [[], [0.25, 0.25]])
    #expect(try Averaging.token.weights([[], []]) == [[], []])
    #expect(try Averaging.segment.weights([]) == [])
  }

  @Test("a missing or useless constant is refused")
  func refused() {
    #expect(throws: RewardError.self) { try Averaging.constant.weights(sequences) }
    #expect(throws: RewardError.self) {
      try Averaging.constant.weights(sequences, maximumLength: 0)
    }
    #expect(throws: RewardError.self) { try Averaging.token.weights(sequences, divisor: 0) }
  }
}
