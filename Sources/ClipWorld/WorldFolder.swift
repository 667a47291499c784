import Foundation
import VideoInput

/// Says what a folder was made from. Written last, so that an interrupted world is known as one.
struct WorldManifest: Codable, Equatable {
  var generator = "clipworld"
  var version: Int
  var encoder = VideoWriter.encoderName
  var settings: ClipWorldSettings
  var isComplete: Bool

  init(settings: ClipWorldSettings, isComplete: Bool) {
    version = settings.version
    self.settings = settings
    self.isComplete = isComplete
  }
}

/// The folder of a world on disk.
struct WorldFolder {
  let url: URL

  var records: URL { url.appendingPathComponent("records.json") }
  var texts: URL { url.appendingPathComponent("texts") }
  private var clips: URL { url.appendingPathComponent("clips") }
  private var manifest: URL { url.appendingPathComponent("manifest.json") }

  /// Whether the folder already is this world, whole.
  func holds(_ wanted: WorldManifest) -> Bool {
    guard let data = try? Data(contentsOf: manifest),
      let found = try? JSONDecoder().decode(WorldManifest.self, from: data), found == wanted,
      FileManager.default.fileExists(atPath: records.path),
      !wanted.settings.needsTexts || FileManager.default.fileExists(atPath: texts.path)
    else { return false }
    return ClipWorldItem.clipPaths(wanted.settings).allSatisfy {
      FileManager.default.fileExists(atPath: url.appendingPathComponent($0).path)
    }
  }

  /// Makes the folder ready for a new world. Removes an older world, and nothing that is not ours.
  func prepare(for settings: ClipWorldSettings) throws {
    let files = FileManager.default
    do {
      try files.createDirectory(at: url, withIntermediateDirectories: true)
      let present = try files.contentsOfDirectory(atPath: url.path)
      guard present.isEmpty || files.fileExists(atPath: manifest.path) else {
        throw ClipWorldError.foreignFolder(path: url.path)
      }
      // In place: whoever is killed here leaves no other file behind, by which the folder would seem another's.
      try write(WorldManifest(settings: settings, isComplete: false), options: [])
      for old in [records, clips, texts] where files.fileExists(atPath: old.path) {
        try files.removeItem(at: old)
      }
      try files.createDirectory(at: clips, withIntermediateDirectories: true)
    } catch let error as ClipWorldError {
      throw error
    } catch {
      throw ClipWorldError.file(path: url.path, message: error.localizedDescription)
    }
  }

  func write(_ manifest: WorldManifest, options: Data.WritingOptions = .atomic) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try encoder.encode(manifest).write(to: self.manifest, options: options)
    } catch {
      throw ClipWorldError.file(path: self.manifest.path, message: error.localizedDescription)
    }
  }
}
