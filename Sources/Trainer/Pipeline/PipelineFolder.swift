import Foundation
import Models
import Rewards

/// The folder that a pipeline writes: `items.jsonl` with the outcome of every item, to go on from;
/// and at the end `records.jsonl` with what is kept, and `pipeline.json` with its digest.
struct PipelineFolder {
  let url: URL

  /// The first line of `items.jsonl`.
  struct Heading: Codable, Equatable {
    /// Of the node, so that outcomes of another pipeline are not gone on from.
    var digest: String
  }

  /// `pipeline.json`
  struct Manifest: Codable, Equatable {
    /// SHA-256 over `records.jsonl`.
    var digest: String
    var funnel: PipelineFunnel
  }

  private var items: URL { url.appendingPathComponent("items.jsonl") }
  var recordsFile: URL { url.appendingPathComponent("records.jsonl") }
  private var manifestFile: URL { url.appendingPathComponent("pipeline.json") }

  init(_ url: URL) { self.url = url }

  /// The outcomes of an earlier process, as far as whole batches of them are there; the rest is cut
  /// off, so that a resumed pipeline writes the same batches as one that was never interrupted.
  ///
  /// - Throws: `ModelError.cannotRead` where there are outcomes that cannot be read: they may have cost
  ///   money, and are not begun again for it.
  func begin(digest: String, batch: Int) throws -> [PipelineOutcome] {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let lines = Self.lines(try Self.contents(of: items) ?? Data())
    let decoder = JSONDecoder()
    var outcomes: [PipelineOutcome] = []
    if let first = lines.first, let heading = try? decoder.decode(Heading.self, from: first),
      heading.digest == digest
    {
      for line in lines.dropFirst() {
        guard let outcome = try? decoder.decode(PipelineOutcome.self, from: line),
          outcome.index == outcomes.count
        else { break }
        outcomes.append(outcome)
      }
      outcomes.removeLast(outcomes.count % batch)
    }
    var text = try Self.encoder.encode(Heading(digest: digest)) + Self.newline
    for outcome in outcomes { text += try Self.encoder.encode(outcome) + Self.newline }
    try AtomicFile.write(text, to: items)
    return outcomes
  }

  /// Adds outcomes, on the disk when this returns. What an error leaves of them is cut off by the next
  /// `begin`.
  ///
  /// - Throws: `ModelError.cannotWrite`.
  func append(_ outcomes: [PipelineOutcome]) throws {
    var text = Data()
    for outcome in outcomes { text += try Self.encoder.encode(outcome) + Self.newline }
    do {
      let handle = try FileHandle(forWritingTo: items)
      defer { try? handle.close() }
      try handle.seekToEnd()
      try handle.write(contentsOf: text)
      try handle.synchronize()
    } catch {
      throw ModelError.cannotWrite(path: items.path, reason: error.localizedDescription)
    }
  }

  /// Writes what is kept, and notes its digest last.
  func finish(_ outcomes: [PipelineOutcome], _ funnel: PipelineFunnel) throws -> Manifest {
    var text = Data()
    for record in outcomes.compactMap(\.record) {
      text += try Self.encoder.encode(record) + Self.newline
    }
    try AtomicFile.write(text, to: recordsFile)
    let manifest = Manifest(digest: Digest.sha256(text), funnel: funnel)
    try AtomicFile.write(try Self.encoder.encode(manifest) + Self.newline, to: manifestFile)
    return manifest
  }

  /// - Throws: `TrainerError.damagedRecords` where there is none.
  func manifest() throws -> Manifest {
    do {
      return try JSONDecoder().decode(Manifest.self, from: Data(contentsOf: manifestFile))
    } catch {
      throw TrainerError.damagedRecords(path: manifestFile.path, reason: "it cannot be read")
    }
  }

  /// What was kept, in the order of the data set.
  ///
  /// - Throws: `TrainerError.damagedRecords` unless its digest is the one that was noted.
  func records() throws -> [DataRecord] {
    let manifest = try manifest()
    guard let data = try? Data(contentsOf: recordsFile) else {
      throw TrainerError.damagedRecords(path: recordsFile.path, reason: "it cannot be read")
    }
    guard Digest.sha256(data) == manifest.digest else {
      throw TrainerError.damagedRecords(path: recordsFile.path, reason: "its digest is another one")
    }
    let decoder = JSONDecoder()
    return try Self.lines(data).map { try decoder.decode(DataRecord.self, from: $0) }
  }

  /// Nil where there is no such file.
  private static func contents(of file: URL) throws -> Data? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do {
      return try Data(contentsOf: file)
    } catch {
      throw ModelError.cannotRead(path: file.path, reason: error.localizedDescription)
    }
  }

  /// The complete lines.
  private static func lines(_ data: Data) -> [Data] {
    guard let end = data.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    return data[..<end].split(separator: UInt8(ascii: "\n")).map { Data($0) }
  }

  private static let newline = Data("\n".utf8)

  /// Equal values have equal bytes.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
