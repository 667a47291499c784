import Foundation
import Kernels
import Testing

@Suite("Attention kernels")
struct AttentionKernelTests {
  /// Rows 0..<37 are a prompt, whose two responses share it; the rest is a sequence of its own.
  static let shared: [[Int32]] = [
    [0, 37, 0, 0, 0, 37, 0], [37, 20, 0, 37, 37, 20, 0], [57, 30, 0, 37, 57, 30, 0],
    [87, 64, 0, 0, 87, 64, 1],
  ]

  static var problems: [AttentionData] {
    [16, 32, 40, 64, 80, 128, 7].map { dimension in
      AttentionData(
        rows: 151, heads: 4, keyValueHeads: 2, dimension: dimension, causal: true,
        segments: shared, seed: dimension)
    } + [
      AttentionData(
        rows: 90, heads: 3, keyValueHeads: 3, dimension: 32, causal: false,
        segments: [[0, 64, 0, 0, 0, 64, 0], [64, 26, 0, 0, 64, 26, 1]]),
      AttentionData(
        rows: 460, heads: 2, keyValueHeads: 1, dimension: 16, causal: true,
        segments: [[0, 460, 0, 0, 0, 460, 0]]),
    ]
  }

  @Test("equals plain loops in Double, forward and backward", arguments: problems.indices)
  func equalsReference(_ index: Int) {
    let data = Self.problems[index]
    let expected = data.reference()
    for set in kernelSets {
      let (output, logSumExp) = data.forward(set)
      #expect(worstError(output, expected.output) < 2e-6, "\(set.name) output")
      #expect(worstError(logSumExp, expected.logSumExp) < 2e-6, "\(set.name) log-sum-exp")
      let (dQuery, dKey, dValue) = data.gradient(set)
      #expect(worstError(dQuery, expected.dQuery) < 5e-6, "\(set.name) dQuery")
      #expect(worstError(dKey, expected.dKey) < 5e-6, "\(set.name) dKey")
      #expect(worstError(dValue, expected.dValue) < 5e-6, "\(set.name) dValue")
    }
  }

  @Test("has the same bits on every fused tier", arguments: problems.indices)
  func sameBitsOnFusedTiers(_ index: Int) throws {
    let data = Self.problems[index]
    let fused = kernelSets.filter(\.fused)
    let first = try #require(fused.first)
    let (output, logSumExp) = data.forward(first)
    let gradients = data.gradient(first)
    for set in fused.dropFirst() {
      let other = data.forward(set)
      #expect(sameBits(other.output, output) && sameBits(other.logSumExp, logSumExp))
      let otherGradients = data.gradient(set)
      #expect(sameBits(otherGradients.dQuery, gradients.dQuery))
      #expect(sameBits(otherGradients.dKey, gradients.dKey))
      #expect(sameBits(otherGradients.dValue, gradients.dValue))
    }
  }

  @Test("gives the same bits however query rows are cut", arguments: [1, 5, 48])
  func piecesDoNotMatter(_ piece: Int) {
    for data in Self.problems {
      for set in kernelSets {
        let whole = data.forward(set)
        let cut = data.forward(set, piece: piece)
        #expect(sameBits(whole.output, cut.output), "\(set.name) D=\(data.dimension)")
        #expect(sameBits(whole.logSumExp, cut.logSumExp), "\(set.name) D=\(data.dimension)")
      }
    }
  }

  @Test("gives a response the same bits behind a shared and behind its own prompt")
  func sharedPromptIsExact() {
    for dimension in [16, 32, 40, 128] {
      // Rows 0..<50 prompt, 50..<75 response; then the same 75 rows once more as one sequence.
      let once = AttentionData(
        rows: 75, heads: 4, keyValueHeads: 2, dimension: dimension, causal: true,
        segments: [[0, 50, 0, 0, 0, 50, 0], [50, 25, 0, 50, 50, 25, 0]])
      let packed = AttentionData(
        rows: 75, heads: 4, keyValueHeads: 2, dimension: dimension, causal: true,
        segments: [[0, 75, 0, 0, 0, 75, 0]])
      // A decoded token: the last row alone, with all rows before it in the cache.
      let decoded = AttentionData(
        rows: 75, heads: 4, keyValueHeads: 2, dimension: dimension, causal: true,
        segments: [[74, 1, 0, 50, 50, 25, 0]])
      for set in kernelSets {
        let expected = packed.forward(set).output
        #expect(sameBits(once.forward(set).output, expected), "\(set.name) D=\(dimension)")
        let row = 74 * packed.width..<75 * packed.width
        let alone = Array(decoded.forward(set).output[row])
        #expect(sameBits(alone, Array(expected[row])), "\(set.name) D=\(dimension)")
      }
    }
  }

  @Test("gives zeros where a query sees no key")
  func noKeys() {
    // Three queries but one own key: the first two see none.
    let data = AttentionData(
      rows: 3, heads: 2, keyValueHeads: 2, dimension: 16, causal: true,
      segments: [[0, 3, 0, 0, 0, 1, 0]])
    for set in kernelSets {
      let (output, logSumExp) = data.forward(set)
      #expect(output[0..<2 * data.width].allSatisfy { $0 == 0 })
      #expect(sameBits(Array(output[2 * data.width..<3 * data.width]), Array(data.value[0..<32])))
      #expect(logSumExp[0..<4].allSatisfy { $0 == -.infinity })
      let gradients = data.gradient(set)
      #expect((gradients.dQuery + gradients.dKey).allSatisfy { $0.magnitude < 1e-6 })
    }
  }
}
