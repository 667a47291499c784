import Foundation

/// What a run keeps of its recipe: the text as written, all that went into it, and what it came to.
public struct RecipeRecord: Sendable {
  /// The file that was run, as written.
  public var text: String
  /// Further files by name: parents, overlays and arguments.
  public var sources: [(name: String, text: String)]
  /// The recipe in full, for a place in the run's folder, to which its paths are relative.
  public var resolved: @Sendable (URL) -> String?
  /// Where all of it was, for a place in the run's folder.
  public var places: @Sendable (URL) -> RecipePlaces?

  public init(
    text: String, sources: [(name: String, text: String)] = [],
    resolved: @escaping @Sendable (URL) -> String? = { _ in nil },
    places: @escaping @Sendable (URL) -> RecipePlaces? = { _ in nil }
  ) {
    self.text = text
    self.sources = sources
    self.resolved = resolved
    self.places = places
  }
}

/// A recipe of one file.
extension RecipeRecord: ExpressibleByStringLiteral {
  public init(stringLiteral text: String) { self.init(text: text) }
}
