import Foundation
import Synchronization
import Trainer

/// The stages of a replay: those that are replayed are made anew in a folder of their own, all others are
/// those of the run.
public final class ReplayStages: StageStore {
  private let lent: RunStages
  /// The digests of the nodes that are replayed.
  private let replayed: Set<String>
  private let folder: URL
  private let made = Mutex<[String: URL]>([:])

  public init(of run: RunDirectory, replaying digests: Set<String>, in folder: URL) {
    lent = RunStages(run)
    replayed = digests
    self.folder = folder
  }

  public var stateFolder: URL { folder }

  public func finishedStage(digest: String) throws -> URL? {
    if let made = made.withLock({ $0[digest] }) { return made }
    return replayed.contains(digest) ? nil : try lent.finishedStage(digest: digest)
  }

  public func checkpointFolder(stage: String) throws -> URL {
    folder.appendingPathComponent(stage, isDirectory: true)
  }

  public func finish(stage: String, digest: String, folder: URL) throws {
    made.withLock { $0[digest] = folder }
    StageStates(stateFolder).clear()
  }
}
