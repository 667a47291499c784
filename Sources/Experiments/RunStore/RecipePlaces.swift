import Foundation

/// Where the files of a run's recipe were, relative to the run's folder: `recipe/places.json`. With it the
/// recipe can be composed again of what the run has kept.
public struct RecipePlaces: Sendable, Codable, Equatable {
  public static let name = "places.json"
  /// The arguments of the command line, one a line, where there were any.
  public static let arguments = "arguments.txt"

  /// The file that was run.
  public var recipe: String
  /// The folder that the arguments were given in; nil without arguments.
  public var directory: String?
  /// Parents, overlays and prompts, by what they are called in the run.
  public var sources: [String: String]
  /// What the overlays are called in the run, in the order they were given in.
  public var overlays: [String]

  public init(
    recipe: String, directory: String? = nil, sources: [String: String] = [:],
    overlays: [String] = []
  ) {
    self.recipe = recipe
    self.directory = directory
    self.sources = sources
    self.overlays = overlays
  }
}

extension RunDirectory {
  /// Nil for a run that has not kept them.
  ///
  /// - Throws: `ExperimentError.malformed`, `.cannotRead`.
  public func recipePlaces() throws -> RecipePlaces? {
    let file = sources.appendingPathComponent(RecipePlaces.name)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw ExperimentError.cannotRead(file: file.path, reason: error.localizedDescription)
    }
    let places: RecipePlaces
    do {
      places = try JSONDecoder().decode(RecipePlaces.self, from: data)
    } catch {
      throw ExperimentError.malformed(
        file: file.path, line: 0, reason: JSONLinesReader.reason(of: error))
    }
    if let name = places.sources.keys.first(where: { $0.contains("/") || $0 == ".." }) {
      throw ExperimentError.malformed(
        file: file.path, line: 0, reason: "'\(name)' is no name of a file")
    }
    return places
  }

  func write(_ places: RecipePlaces) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try Self.makeFolder(sources)
    try AtomicFile.write(
      try encoder.encode(places) + Data("\n".utf8),
      to: sources.appendingPathComponent(RecipePlaces.name))
  }
}
