@testable import TensorEngine

extension OperationCase {
  /// Two sequences; a prompt with two responses that share it; a row that nobody covers.
  private static let packed = segmentTable([
    [0, 3, 0, 0, 0, 3, 0],
    [3, 2, 0, 0, 3, 2, 1],
    [5, 2, 3, 2, 5, 2, 1],
    [7, 1, 3, 2, 7, 1, 1],
  ])

  static let attention: [OperationCase] = [
    attend(
      "attention, causal, shared prompt", queries: 9, keys: 9, heads: 2, shared: 1, width: 4,
      packed, causal: true),
    attend(
      "attention, all keys", queries: 6, keys: 6, heads: 2, shared: 2, width: 3,
      segmentTable([[0, 4, 0, 0, 0, 4, 0], [4, 2, 0, 0, 4, 2, 1]]), causal: false),
    attend(
      "attention, one query on a cache", queries: 2, keys: 12, heads: 4, shared: 2, width: 2,
      segmentTable([[0, 1, 0, 5, 6, 3, 0], [1, 1, 0, 5, 9, 2, 0]]), causal: true),
    attend(
      "attention, no keys", queries: 3, keys: 4, heads: 1, shared: 1, width: 4,
      segmentTable([[0, 2, 0, 0, 0, 2, 0], [2, 1, 0, 0, 0, 0, 1]]), causal: false),
    attend(
      "attention, large", queries: 500, keys: 500, heads: 5, shared: 5, width: 32,
      segmentTable([
        [0, 211, 0, 0, 0, 211, 0], [211, 70, 0, 211, 211, 70, 0], [281, 3, 0, 211, 281, 3, 0],
        [284, 216, 0, 0, 284, 216, 1],
      ]), causal: true, large: true),
    attend(
      "attention, large, grouped heads", queries: 300, keys: 300, heads: 8, shared: 2,
      width: 40, segmentTable([[0, 170, 0, 0, 0, 170, 0], [170, 130, 0, 0, 170, 130, 1]]),
      causal: false, large: true),
  ]

  private static func attend(
    _ name: String, queries: Int, keys: Int, heads: Int, shared: Int, width: Int,
    _ segments: HostTensor, causal: Bool, large: Bool = false
  ) -> OperationCase {
    OperationCase(
      name, [[queries, heads * width], [keys, shared * width], [keys, shared * width]],
      range: -1.5...1.5, indices: [segments], large: large
    ) { g, v in
      [
        try g.attention(
          query: v[0], key: v[1], value: v[2], segments: v[3], heads: heads,
          keyValueHeads: shared, causal: causal, scale: 0.6)
      ]
    }
  }

  static let heads: [OperationCase] = [
    OperationCase(
      "tokenLogProbabilities", [[4, 5], [7, 5]],
      indices: [HostTensor([6, 0, 3, 3] as [Int32], shape: [4])]
    ) { g, v in
      let result = try g.tokenLogProbabilities(
        hidden: v[0], head: v[1], targets: v[2], temperature: 0.7)
      return [result.logProbability, result.entropy]
    },
    OperationCase(
      "tokenLogProbabilities, temperature given", [[3, 4], [6, 4], []], range: 0.5...1.5,
      indices: [HostTensor([5, 1, 2] as [Int32], shape: [3])], differentiable: 2
    ) { g, v in
      let result = try g.tokenLogProbabilities(
        hidden: v[0], head: v[1], targets: v[3], temperature: v[2])
      return [result.logProbability, result.entropy]
    },
    OperationCase(
      "tokenLogProbabilities, several chunks", [[810, 40], [384, 40]], range: -0.7...0.7,
      indices: [HostTensor((0..<810).map { Int32($0 * 37 % 384) }, shape: [810])], large: true
    ) { g, v in
      let result = try g.tokenLogProbabilities(
        hidden: v[0], head: v[1], targets: v[2], temperature: 1)
      return [result.logProbability, result.entropy]
    },
    OperationCase(
      "tokenLogProbabilities, large vocabulary", [[150, 24], [9001, 24]], range: -0.7...0.7,
      indices: [HostTensor((0..<150).map { Int32($0 * 61 % 9001) }, shape: [150])], large: true
    ) { g, v in
      let result = try g.tokenLogProbabilities(
        hidden: v[0], head: v[1], targets: v[2], temperature: 1.3)
      return [result.logProbability, result.entropy]
    },
  ]
}
