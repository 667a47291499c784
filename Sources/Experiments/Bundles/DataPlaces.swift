import Foundation

/// Where the data lie that came with a run: `data/places.json`, the place below the run's folder by the setting
/// of the recipe that names it.
enum DataPlaces {
  static let path = "data/places.json"
  /// The folder of texts that passages are looked up in.
  static let collection = "collection"

  static func text(_ places: [String: String]) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(places) + Data("\n".utf8)
  }
}

extension RunDirectory {
  /// Where data lie that came along with the run, by the path of the setting that names them: `data.questions.media`.
  /// Empty for a run that looks for its data where they were.
  ///
  /// - Throws: `ExperimentError.malformed` for places that are not in the run's folder, `.cannotRead`.
  public func dataPlaces() throws -> [String: URL] {
    let file = url.appendingPathComponent(DataPlaces.path)
    guard FileManager.default.fileExists(atPath: file.path) else { return [:] }
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw ExperimentError.cannotRead(file: file.path, reason: error.localizedDescription)
    }
    func malformed(_ reason: String) -> ExperimentError {
      .malformed(file: file.path, line: 0, reason: reason)
    }
    guard let places = try? JSONDecoder().decode([String: String].self, from: data) else {
      throw malformed("it is not a map of places by settings")
    }
    for (setting, place) in places {
      guard setting == "retrieval.collection" || setting.hasPrefix("data.") else {
        throw malformed("`\(setting)` is no setting that names data")
      }
      if let harm = BundlePath.harm(place) { throw malformed("'\(place)' is refused: \(harm)") }
      guard ["data", DataPlaces.collection].contains(String(place.prefix { $0 != "/" })) else {
        throw malformed("'\(place)' is no place of data")
      }
    }
    return places.mapValues { url.appendingPathComponent($0) }
  }
}
