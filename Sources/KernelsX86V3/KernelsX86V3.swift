import Kernels

enum V3: FusedTier {}

/// For processors with AVX2 and FMA.
public let x86V3Kernels = KernelSet("x86-64-v3", V3.self, TileShape<6, 1>(), fused: true)
