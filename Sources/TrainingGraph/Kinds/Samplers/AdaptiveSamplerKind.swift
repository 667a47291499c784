import RecipeLanguage

/// The frame sampler `adaptive`: as many frames as `uniform`, but more of them where the picture changes
/// (`FrameSampler.indices(changes:count:)` has the formula). It decodes the whole video.
enum AdaptiveSamplerKind: SamplerKind {
  static let schema = KindSchema(
    "adaptive",
    summary: "half of the frames spread over time and half over change, first and last included",
    fields: [.required("frames", .integer(2...4096), "frames per video; even")]
      + SamplerFields.common, codes: SamplerFields.codes, check: SamplerFields.check)

  static func sampling(_ video: Record) -> FrameSampling { .adaptive }
}
