import RecipeLanguage

/// A way to choose the frames of a video, as recipes declare it under `video.sampler`.
///
/// A new one is one file that conforms to this protocol and one line in `SamplerKinds`.
protocol SamplerKind: Sendable {
  static var schema: KindSchema { get }
  /// How frames are chosen, by a `video` block of this kind.
  static func sampling(_ video: Record) throws -> FrameSampling
}

/// The samplers a recipe can name.
public enum SamplerKinds {
  static let all: [any SamplerKind.Type] = [
    UniformSamplerKind.self, RateSamplerKind.self, AdaptiveSamplerKind.self,
  ]

  /// What the recipe language needs to know of them.
  public static var schemas: [KindSchema] { all.map { $0.schema } }

  /// What a `video` block says.
  static func specification(_ video: Record) throws -> VideoSpecification {
    let name = try video.string("sampler")
    guard let kind = all.first(where: { $0.schema.name == name }) else {
      throw LoweringError.sampler(name)
    }
    return VideoSpecification(
      frames: try video.integer("frames"), sampling: try kind.sampling(video),
      minimumPixels: try video.integer("min_pixels"),
      maximumPixels: try video.integer("max_pixels"), mean: try video.numbers("mean"),
      standardDeviation: try video.numbers("std"))
  }
}
