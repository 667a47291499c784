import Foundation
import Rewards
import Trainer
import TrainingGraph

/// The data that a run read from files, for a bundle: records, the media they name, and texts that passages are
/// looked up in. What two data sets share is there once.
public struct BundleData: Sendable {
  /// Files by the names that they have in the bundle.
  private(set) var files: [String: URL] = [:]
  /// Places in the bundle by the settings of the recipe that name them.
  private(set) var places: [String: String] = [:]
  /// The data sets that are included.
  private(set) var names: [String] = []
  /// Where files and folders of records are that were added before, by their paths, and folders of media.
  private var records: [String: String] = [:]
  private var media: [String: String] = [:]

  public init() {}

  /// Adds what a data set of kind `records` was made of.
  ///
  /// - Parameter loaded: its records as a run has them: media of those that it leaves out are not included.
  /// - Throws: `BundleError.unplaceable` for a record whose path leads out of the media's folder; the errors of
  ///   records.
  public mutating func add(_ dataset: DatasetSpecification, _ loaded: LoadedDataset) throws {
    let place = try RecordsDataKind.place(dataset.settings)
    let setting = "data.\(dataset.name)"
    let home = "data/\(dataset.name)"
    names.append(dataset.name)
    let files = try DataRecord.files(at: place.records)
    let isFolder = files.first.map { !Self.isSame($0, place.records) } ?? true
    let target = Self.place(
      of: place.records,
      isFolder ? "\(home)/records" : "\(home)/records/\(place.records.lastPathComponent)",
      in: &records)
    places["\(setting).path"] = target
    for file in files {
      self.files[isFolder ? "\(target)/\(file.lastPathComponent)" : target] = file
    }
    guard let folders = place.folders else { return }
    places["\(setting).media"] = Self.place(of: folders.media, "\(home)/media", in: &media)
    for (source, root) in folders.roots.sorted(by: { $0.key < $1.key }) {
      places["\(setting).media_roots.\(source)"] = Self.place(
        of: root, "\(home)/roots/\(source)", in: &media)
    }
    for (index, record) in loaded.records.enumerated() where record.hasMedia {
      let root = folders.root(of: record.dataSource)
      let parts = record.path.split(separator: "/").filter { $0 != "." }
      guard !parts.isEmpty, !parts.contains("..") else {
        throw BundleError.unplaceable(
          data: dataset.name, record: index, path: record.path,
          reason: "it leads out of the folder of its media")
      }
      let path = ([Self.place(of: root, "", in: &media)] + parts.map(String.init))
        .joined(separator: "/")
      if let harm = BundlePath.harm(path) {
        throw BundleError.unplaceable(
          data: dataset.name, record: index, path: record.path, reason: harm)
      }
      self.files[path] = loaded.file(of: record)
    }
  }

  /// Adds the texts that passages are looked up in.
  ///
  /// - Throws: `TextCollectionError`.
  public mutating func add(collection url: URL) throws {
    let texts = try TextCollection.files(at: url)
    let isFolder = texts.first.map { !Self.isSame($0, url) } ?? true
    let folder = isFolder ? url : url.deletingLastPathComponent()
    for file in texts {
      let path = file.path.dropFirst(folder.path.count).drop { $0 == "/" }
      files["\(DataPlaces.collection)/\(path)"] = file
    }
    places["retrieval.collection"] =
      isFolder ? DataPlaces.collection : "\(DataPlaces.collection)/\(url.lastPathComponent)"
  }

  private static func isSame(_ one: URL, _ other: URL) -> Bool {
    one.standardizedFileURL.path == other.standardizedFileURL.path
  }

  /// Where something is that may have been added before.
  private static func place(
    of url: URL, _ place: String, in known: inout [String: String]
  ) -> String {
    let path = url.standardizedFileURL.path
    let first = known[path] ?? place
    known[path] = first
    return first
  }
}
