import RecipeLanguage

/// What is seen of the videos of a data set at most: nil where a recipe does not say.
struct VideoBounds {
  var frames: Int?
  var minimumPixels: Int?
  var maximumPixels: Int?

  init() {}

  /// The largest over the stages and evaluations that use the data, each with its own `video` where it has one.
  init(ofData name: String, _ root: Record) {
    let shared = root.optionalRecord("video")
    let users = ["stages", "eval"].flatMap { root.optionalRecord($0)?.records ?? [] }
      // A pipeline asks others about the videos, and the policy nothing.
      .filter {
        $0.optionalString("data") == name && $0.optionalString("algorithm") != Pipeline.schema.name
      }
    func most(_ key: String) -> Int? {
      let base = shared?.optionalInteger(key)
      let own = users.map { $0.optionalRecord("video")?.optionalInteger(key) ?? base }
      return own.isEmpty ? base : own.compactMap { $0 }.max()
    }
    frames = most("frames")
    minimumPixels = most("min_pixels")
    maximumPixels = most("max_pixels")
  }
}
