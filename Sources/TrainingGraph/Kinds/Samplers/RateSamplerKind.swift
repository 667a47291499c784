import RecipeLanguage

/// The frame sampler `fps`: evenly spaced frames, as many as the video's length asks for, rounded down to an even number
/// within bounds (`smart_nframes` of qwen-vl-utils, which Video-R1 and the methods built on it use).
enum RateSamplerKind: SamplerKind {
  static let schema = KindSchema(
    "fps", summary: "a number of frames for every second, within bounds",
    fields: [
      .optional("rate", .number(.positive), default: "2.0", "frames per second of video"),
      .required("frames", .integer(2...4096), "frames per video at most; even"),
      .optional("min_frames", .integer(2...4096), default: "4", "frames per video at least"),
    ] + SamplerFields.common, codes: SamplerFields.codes, check: SamplerFields.check)

  static func sampling(_ video: Record) throws -> FrameSampling {
    .rate(framesPerSecond: try video.number("rate"), minimum: try video.integer("min_frames"))
  }
}
