import RecipeLanguage

/// What every frame sampler declares, and the checks of frame counts and pixel budgets, those of stages included.
enum SamplerFields {
  static let oddFrames = DiagnosticCode(
    5751, "odd-frames", "The number of frames is odd, but frames are merged in pairs.",
    Explanation(
      why: """
        The vision tower joins two frames in one step of time. A frame without a partner would have to \
        be shown twice or dropped, and either would be another clip.
        """,
      example: .sections("video: {sampler: uniform, frames: 7}"),
      nearMiss: .sections("video: {sampler: uniform, frames: 8}")))

  static let crossedBounds = DiagnosticCode(
    5753, "bounds-crossed", "A lower bound of frames or pixels lies above the upper one.",
    Explanation(
      why: "No number of frames, and no size of a frame, satisfies both bounds.",
      example: .sections(
        "video: {sampler: uniform, frames: 8, min_pixels: 9408, max_pixels: 3136}"),
      nearMiss: .sections(
        "video: {sampler: uniform, frames: 8, min_pixels: 3136, max_pixels: 9408}")))

  static let codes = [oddFrames, crossedBounds]

  static let common: [FieldSchema] = [
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
  ]

  /// The `video` block, and what stages and evaluations say in its place.
  static let check: @Sendable (Record, CheckContext) -> [Diagnostic] = { video, context in
    let users = ["stages", "eval"].flatMap { context.root.optionalRecord($0)?.records ?? [] }
    let own = users.compactMap { user in user.optionalRecord("video").map { (user, $0) } }
    return check(video, video, path: "video")
      + own.flatMap { user, own in check(own, video, path: "\(user.path).video") }
  }

  /// - Parameter base: has what `settings` does not say.
  private static func check(
    _ settings: Record, _ base: Record, path: String
  ) -> [Diagnostic] {
    func number(_ key: String) -> Int? {
      settings.optionalInteger(key) ?? base.optionalInteger(key)
    }
    var found: [Diagnostic] = []
    if let frames = settings.optionalInteger("frames"), frames % 2 == 1 {
      found.append(
        Diagnostic(
          oddFrames, "`frames: \(frames)` is odd, but frames are merged in pairs",
          at: settings.span(of: "frames"), help: "use \(frames + 1)", path: "\(path).frames"))
    }
    for (low, high) in [("min_pixels", "max_pixels"), ("min_frames", "frames")] {
      guard let written = [low, high].first(where: settings.has), let least = number(low),
        let most = number(high), least > most
      else { continue }
      found.append(
        Diagnostic(
          crossedBounds, "`\(low)` is \(least), above `\(high)`, which is \(most)",
          at: settings.span(of: written), help: "lower `\(low)`, or raise `\(high)`",
          path: "\(path).\(written)"))
    }
    return found
  }
}
