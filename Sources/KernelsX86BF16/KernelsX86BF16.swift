import CShims
import Kernels

enum BF16: PairTier {
  @inline(__always)
  static func multiplyAdd(_ sum: inout Lanes, _ a: Lanes, _ b: Lanes) {
    sum = add_pair_products(
      sum, unsafeBitCast(a, to: WordLanes.self), unsafeBitCast(b, to: WordLanes.self))
  }

  @inline(__always)
  static func round(_ first: Lanes, _ second: Lanes) -> WordLanes { round_to_pairs(first, second) }
}

/// For processors with AVX-512 BF16.
public let x86DotKernels = PairKernels("bf16-dot", BF16.self, TileShape<6, 4>())

/// For processors with AMX BF16, which have AVX-512 BF16 too, once the system has let the process use
/// tiles.
public let x86TileKernels = PairKernels(
  "bf16-amx", BF16.self, panelWidth: x86DotKernels.panelWidth, edgeBytes: Tiles.edgeBytes
) { rows, words, left, panel, next, output in
  tileBlock(
    rows: rows, words: words, left: left, panel: panel, next: next, output: output)
}
