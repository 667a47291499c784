import ClipWorld
import Experiments
import Foundation
import Models
import Rewards
import Trainer
import TrainingGraph

/// What loads the data of each kind.
enum DataSources {
  /// - Parameters:
  ///   - folder: what generated data are kept below.
  ///   - announce: told what takes time, and what is left out.
  ///   - keep: given what became of the records of every data set that is read from files.
  static func all(
    below folder: String, threads: Int, announce: @escaping @Sendable (String) -> Void,
    keep: @escaping @Sendable (RecordReport, _ name: String) throws -> Void = { _, _ in }
  ) -> [String: any DataSource] {
    let folder = URL(fileURLWithPath: folder, isDirectory: true)
    let sources: [String: any DataSource] = [
      "clipworld": ClipWorldSource(
        folder: folder.appendingPathComponent("clipworld"), threads: threads, announce: announce),
      "records": RecordsSource(announce: announce, keep: keep),
    ]
    let indexes = PassageIndexes()
    return sources.mapValues { RetrievingSource(data: $0, indexes: indexes) }
  }
}

/// Datasets of kind `clipworld`: generated once per settings below `folder`.
struct ClipWorldSource: DataSource {
  let folder: URL
  let threads: Int
  /// Told the name and the number of clips before a world is generated.
  let announce: @Sendable (String) -> Void

  func load(_ dataset: DatasetSpecification) throws -> LoadedDataset {
    let settings = try ClipWorldDataKind.settings(dataset.settings)
    let world = try self.folder(of: settings)
    if !FileManager.default.fileExists(atPath: world.path) {
      announce("data \(dataset.name): rendering \(settings.clips) clips into \(world.relativePath)")
    }
    // Runs of a sweep begin at the same time, and with the same data.
    let lock = try FileLock(world.appendingPathExtension("lock"))
    defer { lock.release() }
    let records = try ClipWorldGenerator.generate(settings, into: world, threads: threads)
    return LoadedDataset(records: records, media: world)
  }

  func blindAccuracy(_ records: [DataRecord]) -> Double? { ClipWorldBaselines.blindMean(records) }

  private func folder(of settings: ClipWorldSettings) throws -> URL {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let digest = Digest.sha256(
      try encoder.encode(settings) + Data("\(settings.version)".utf8))
    return folder.appendingPathComponent("\(settings.split.rawValue)-\(digest.prefix(12))")
  }
}

/// Datasets of kind `records`: JSON files beside their media.
struct RecordsSource: DataSource {
  /// Told what became of the records, where some are left out.
  let announce: @Sendable (String) -> Void
  let keep: @Sendable (RecordReport, _ name: String) throws -> Void

  func load(_ dataset: DatasetSpecification) throws -> LoadedDataset {
    let place = try RecordsDataKind.place(dataset.settings)
    let folders = place.folders ?? MediaFolders(media: place.records.deletingLastPathComponent())
    let rules = RecordRules(
      unusable: place.unusable, types: place.types, names: place.names,
      media: place.folders == nil ? .none : .stated,
      mediaFile: { folders.file($0.path, of: $0.dataSource) })
    let (records, report) = try DataRecord.read(place.records, rules)
    try keep(report, dataset.name)
    if report.droppedCount > 0 {
      announce(
        (["data \(dataset.name): \(report.lines[0])"] + report.lines.dropFirst())
          .joined(separator: "\n"))
    }
    return LoadedDataset(records: records, folders: folders)
  }

  func blindAccuracy(_ records: [DataRecord]) -> Double? { nil }
}
