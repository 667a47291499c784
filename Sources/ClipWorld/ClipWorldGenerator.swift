import Dispatch
import Foundation
import Rewards
import Synchronization
import VideoInput

/// Makes worlds: a folder with `records.json`, `clips/*.mp4` (`.png` for pictures) and `manifest.json`; and with the price lists in `texts/`
/// where questions need them.
///
/// The bytes depend on the settings and the version of FFmpeg's encoder only, not on threads or on time.
public enum ClipWorldGenerator {
  /// The records of a world, without its clips.
  public static func records(_ settings: ClipWorldSettings) throws -> [DataRecord] {
    try settings.validate()
    return try (0..<settings.clips).map { try ClipWorldItem(index: $0, settings: settings).record }
  }

  /// Makes the world in `folder`, or finds that it is there already, and returns its records, in order.
  ///
  /// `progress` is told how many clips are done, from any thread. A folder with files of somebody else is an error;
  /// a world of other settings, or one that was interrupted, is replaced.
  @discardableResult
  public static func generate(
    _ settings: ClipWorldSettings, into folder: URL, threads: Int = 2,
    progress: (@Sendable (Int) -> Void)? = nil
  ) throws -> [DataRecord] {
    try settings.validate()
    let layout = WorldFolder(url: folder)
    let manifest = WorldManifest(settings: settings, isComplete: true)
    if layout.holds(manifest) {
      let records = try DataRecord.load(layout.records)
      progress?(records.count)
      return records
    }
    try layout.prepare(for: settings)
    let records = try makeClips(settings, in: folder, threads: threads, progress: progress)
    if settings.needsTexts { try PriceLists.write(to: layout.texts) }
    try DataRecord.save(records, to: layout.records)
    try layout.write(manifest)
    return records
  }

  private struct Progress {
    var records: [DataRecord?]
    var done = 0
    var error: (any Error)?
  }

  private static func makeClips(
    _ settings: ClipWorldSettings, in folder: URL, threads: Int,
    progress: (@Sendable (Int) -> Void)?
  ) throws -> [DataRecord] {
    let state = Mutex(Progress(records: Array(repeating: nil, count: settings.clips)))
    let workers = max(1, min(threads, settings.clips))
    DispatchQueue.concurrentPerform(iterations: workers) { worker in
      for index in stride(from: worker, to: settings.clips, by: workers) {
        if state.withLock({ $0.error != nil }) { return }
        do {
          let item = try ClipWorldItem(index: index, settings: settings)
          try item.write(to: folder.appendingPathComponent(item.record.path))
          let done = state.withLock { state in
            state.records[index] = item.record
            state.done += 1
            return state.done
          }
          progress?(done)
        } catch {
          state.withLock { $0.error = $0.error ?? error }
        }
      }
    }
    return try state.withLock { state in
      if let error = state.error { throw error }
      return state.records.compactMap { $0 }
    }
  }
}

extension ClipWorldSettings {
  /// Changes when the same settings give other clips or records, and only for settings that do: other worlds stay
  /// where they are.
  public var version: Int {
    let families = families.compactMap(QuestionFamilies.named)
    // In version 1 a wrong fact of a timed trace could be one that the trace leaves out.
    let statesWrongFacts =
      wrongObservations > 0 && families.contains { (traceForm ?? $0.traceForm) == .timed }
    return max(families.map(\.version).max() ?? 1, statesWrongFacts ? 2 : 1)
  }

  /// Whether there are questions that no clip answers by itself.
  var needsTexts: Bool { families.contains(KnowledgeFamily().name) }
}
