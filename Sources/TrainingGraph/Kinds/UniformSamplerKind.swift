import RecipeLanguage

/// The frame sampler `uniform`: evenly spaced frames, first and last included.
public enum UniformSamplerKind {
  static let oddFrames = DiagnosticCode(
    5751, "odd-frames", "The number of frames is odd, but frames are merged in pairs.",
    Explanation(
      why: """
        The vision tower joins two frames in one step of time. A frame without a partner would have to \
        be shown twice or dropped, and either would be another clip.
        """,
      example: .sections("video: {sampler: uniform, frames: 7}"),
      nearMiss: .sections("video: {sampler: uniform, frames: 8}")))

  public static let schema = KindSchema(
    "uniform", summary: "evenly spaced frames",
    fields: [
      .required("frames", .integer(2...4096), "frames per video; even"),
      .optional(
        "min_pixels", .integer(784...100_000_000), default: "3136",
        "a smaller frame is enlarged to this many pixels"),
      .optional(
        "max_pixels", .integer(784...100_000_000), default: "602112",
        "a larger frame is reduced to this many pixels"),
      .optional(
        "mean", .list(.number(.between(0, 1)), count: 3...3),
        default: "[0.48145466, 0.4578275, 0.40821073]",
        "brightness of red, green and blue that becomes 0; CLIP's, as published models need it"),
      .optional(
        "std", .list(.number(.positive), count: 3...3),
        default: "[0.26862954, 0.26130258, 0.27577711]", "difference in brightness that becomes 1"),
    ], codes: [oddFrames],
    check: { video, _ in
      guard let frames = video.optionalInteger("frames"), frames % 2 == 1 else { return [] }
      return [
        Diagnostic(
          oddFrames, "`frames: \(frames)` is odd, but frames are merged in pairs",
          at: video.span(of: "frames"), help: "use \(frames + 1)", path: "video.frames")
      ]
    })

  static func specification(_ video: Record) throws -> VideoSpecification {
    VideoSpecification(
      frames: try video.integer("frames"), minimumPixels: try video.integer("min_pixels"),
      maximumPixels: try video.integer("max_pixels"), mean: try video.numbers("mean"),
      standardDeviation: try video.numbers("std"))
  }
}
