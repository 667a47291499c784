import Foundation

/// One process at work on a sweep: it alone writes its journal.
public final class SweepSession {
  public let specification: SweepSpecification
  public let folder: SweepFolder
  /// What is different since the sweep was last run; nil for a new one.
  public let change: SweepChange?
  /// Bytes of a last line of the journal that was never finished, and has been cut off.
  public let cutBytes: Int

  private let lock: RunLock
  private let writer: JSONLinesWriter

  /// Takes the sweep in `folder` over, or begins it there. A journal that is damaged stays as it is.
  ///
  /// - Throws: `ExperimentError.sweepInUse` while another process works on it; `.malformed` for a
  ///   journal that is damaged; `.cannotWrite`, `.diskFull`.
  public init(_ specification: SweepSpecification, in folder: SweepFolder) throws {
    self.specification = specification
    self.folder = folder
    do {
      lock = try RunLock(folder: folder.url)
    } catch ExperimentError.runInUse(let path, let process) {
      throw ExperimentError.sweepInUse(path: path, process: process)
    }
    try RunDirectory.makeFolder(folder.log(of: "").deletingLastPathComponent())
    change = try folder.specification().map { SweepChange(from: $0, to: specification) }
    // Before anything is written.
    _ = try folder.journal()
    let size = try? FileManager.default.attributesOfItem(atPath: folder.journalFile.path)[.size]
    writer = try JSONLinesWriter(folder.journalFile)
    cutBytes = max(0, ((size as? Int) ?? 0) - Int(writer.byteCount))
    try folder.write(specification)
    var event = SweepEvent(.begun, process: Int(getpid()))
    event.sweep = specification.name
    try record(event)
  }

  /// Adds a line to the journal, and brings it to the disk.
  public func record(_ event: SweepEvent) throws { try record([event]) }

  /// Adds lines to the journal, and brings them to the disk together.
  public func record(_ events: [SweepEvent]) throws {
    for var event in events {
      event.time = (Date().timeIntervalSince1970 * 1000).rounded() / 1000
      try writer.append(event)
    }
    try writer.synchronize()
  }
}
