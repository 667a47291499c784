import Foundation
import Models
import Rewards

/// The members of a bundle before it is written: files of a run, and texts that are made for it.
struct BundleContents {
  enum Source {
    case file(URL)
    case text(Data)
  }

  private(set) var sources: [String: Source] = [:]
  private(set) var references: [BundleManifest.Reference] = []
  private let run: RunDirectory

  /// - Parameter withWeights: whether checkpoints are members; otherwise only what makes tokens of text is,
  ///   of the last stage.
  /// - Throws: `ExperimentError`, and `BundleError.refused` for a name that no bundle can have.
  init(_ run: RunDirectory, withWeights: Bool) throws {
    self.run = run
    for file in RunFile.allCases where run.contains(file) {
      sources[file.rawValue] = .file(run.url(of: file))
    }
    for folder in ["recipe", "evaluations"] {
      for path in try Self.files(below: run.url, folder) { try add(path) }
    }
    let last = try run.read(RunSummary.self, from: .summary)?.stages.last?.name
    for path in try Self.files(below: run.url, "checkpoints") {
      let isTokenizer = BundleRole(path: path) == .tokenizer
      if withWeights || isTokenizer && path.hasPrefix("checkpoints/\(last ?? "")/") {
        try add(path)
      } else if path.split(separator: "/").count > 2, !isTokenizer {
        references.append(
          .init(
            name: path, role: .weights,
            sha256: try Digest.sha256(contentsOf: run.url.appendingPathComponent(path))))
      }
    }
    let nodes = try run.read(GraphRecord.self, from: .graph)?.nodes ?? []
    references += nodes.filter { $0.operation == "dataset" }.map {
      .init(name: $0.id, role: .data, sha256: $0.digest)
    }
  }

  /// Adds a text that is made for the bundle, in place of a file of that name.
  mutating func add(_ text: Data, as path: String) { sources[path] = .text(text) }

  /// Adds data, which are then no longer known by their digests only.
  mutating func add(_ data: BundleData) throws {
    guard !data.files.isEmpty else { return }
    for (path, file) in data.files {
      guard let role = BundleRole(path: path), role == .records || role == .media else {
        throw BundleError.refused(member: path, reason: "a bundle has nothing of that name")
      }
      sources[path] = .file(file)
    }
    add(try DataPlaces.text(data.places), as: DataPlaces.path)
    let included = Set(data.names.map { "data/\($0)" })
    references.removeAll { $0.role == .data && included.contains($0.name) }
  }

  private mutating func add(_ path: String) throws {
    if let problem = BundlePath.problem(path) {
      throw BundleError.refused(member: path, reason: problem)
    }
    sources[path] = .file(run.url.appendingPathComponent(path))
  }

  /// Plain files by their paths below the run; links are not followed.
  private static func files(below run: URL, _ folder: String) throws -> [String] {
    let root = run.appendingPathComponent(folder, isDirectory: true)
    guard FileManager.default.fileExists(atPath: root.path) else { return [] }
    do {
      return try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted().filter {
        path in
        let attributes = try FileManager.default.attributesOfItem(
          atPath: root.appendingPathComponent(path).path)
        return attributes[.type] as? FileAttributeType == .typeRegular
          && !path.split(separator: "/").contains { $0.hasPrefix(".") }
      }.map { "\(folder)/\($0)" }
    } catch {
      throw ExperimentError.cannotRead(file: root.path, reason: error.localizedDescription)
    }
  }

  /// The members in the order of their bytes, without the manifest.
  func members() throws -> [BundleManifest.Member] {
    try sources.keys.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }.map {
      path in
      let (size, digest): (Int, String)
      switch sources[path] {
      case .text(let data)?: (size, digest) = (data.count, Digest.sha256(data))
      case .file(let url)?:
        let bytes = try Self.mapped(url)
        (size, digest) = (bytes.count, Digest.sha256(bytes))
      case nil: (size, digest) = (0, "")
      }
      return .init(
        path: path, size: size, sha256: digest, role: BundleRole(path: path) ?? .weights)
    }
  }

  func data(_ path: String) throws -> Data {
    switch sources[path] {
    case .text(let data)?: data
    case .file(let url)?: try Self.mapped(url)
    case nil: Data()
    }
  }

  /// The bytes that are looked through for secrets: of records that are gzip what is in them.
  func text(_ path: String) throws -> Data {
    let data = try data(path)
    guard case .file(let url)? = sources[path], BundleRole(path: path) == .records,
      data.starts(with: [0x1F, 0x8B])
    else { return data }
    return try DataRecord.text(of: url)
  }

  private static func mapped(_ url: URL) throws -> Data {
    do {
      return try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw ExperimentError.cannotRead(file: url.path, reason: error.localizedDescription)
    }
  }
}
