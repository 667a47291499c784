import RecipeLanguage

/// The frame sampler `uniform`: evenly spaced frames, first and last included.
enum UniformSamplerKind: SamplerKind {
  static let schema = KindSchema(
    "uniform", summary: "evenly spaced frames",
    fields: [.required("frames", .integer(2...4096), "frames per video; even")]
      + SamplerFields.common, codes: SamplerFields.codes, check: SamplerFields.check)

  static func sampling(_ video: Record) -> FrameSampling { .uniform }
}
