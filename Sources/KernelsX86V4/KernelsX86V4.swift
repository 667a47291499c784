import Kernels

enum V4: FusedTier {
  static var transposesInRegisters: Bool { true }
}

/// For processors with AVX-512 F, BW, CD, DQ and VL. Model widths are multiples of 64, so panels
/// of 64 columns have no padding.
public let x86V4Kernels = KernelSet("x86-64-v4", V4.self, TileShape<6, 4>(), fused: true)
