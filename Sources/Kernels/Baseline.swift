enum Baseline: UnfusedTier {}

/// Runs on every processor of the architecture; rounds multiply and add apart.
public let baselineKernels = KernelSet("baseline", Baseline.self, TileShape<2, 1>(), fused: false)
