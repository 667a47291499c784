import Models
import RecipeLanguage

/// A model besides the policy, which this program runs itself: a judge, or a generator.
public struct LocalModelSpecification: Sendable, Hashable {
  /// As the recipe writes it.
  public var name: String
  public var folder: String
  public var precision: WeightPrecision
  /// Whether it is shown the items' videos and pictures.
  public var seesMedia: Bool
  /// SHA-256 over the model's files, once they have been read.
  public var contentDigest: String?

  public init(
    name: String, folder: String, precision: WeightPrecision = .float32, seesMedia: Bool = false,
    contentDigest: String? = nil
  ) {
    self.name = name
    self.folder = folder
    self.precision = precision
    self.seesMedia = seesMedia
    self.contentDigest = contentDigest
  }

  /// Nil where somebody else answers.
  ///
  /// - Parameter settings: the entry of a judge or a generator.
  public init?(_ settings: Record) {
    guard case .file(let written, let resolved)? = settings.optionalPath("model") else {
      return nil
    }
    self.init(
      name: written, folder: resolved,
      precision: settings.optionalString("frozen_weights").flatMap(WeightPrecision.init)
        ?? .float32,
      seesMedia: settings.optionalTemplate("prompt")?.showsMedia ?? false)
  }
}
