import Foundation
import Trainer

/// Something below a folder of runs that no run needs.
public struct Garbage: Sendable, Codable, Hashable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// What a finished run would have gone on from.
    case state
    /// A file or folder that a killed process was writing.
    case partial
    /// A run that was being removed.
    case removed
    /// A run in a sweep's folder that is none of its trials, and of which no trial has taken a stage.
    case trial
  }

  public var kind: Kind
  /// Below the folder of runs.
  public var path: String
  public var bytes: Int
}

extension RunsFolder {
  /// What no run needs, in order; of runs and sweeps that a process works on, nothing. Checkpoints, results,
  /// traces and the tape of judges are never among it.
  public func garbage() -> [Garbage] {
    var found = leftovers(in: url)
    for (_, run) in runs(inSweeps: true) where RunLock.process(holding: run.url) == nil {
      found += states(of: run) + partials(in: run.url)
    }
    for sweep in sweeps where RunLock.process(holding: sweep.url) == nil {
      let orphans = orphans(of: sweep)
      // What is in a run that goes as a whole is not counted twice.
      found.removeAll { garbage in orphans.contains { garbage.path.hasPrefix($0.path + "/") } }
      found += leftovers(in: sweep.url) + orphans
    }
    return found.sorted { $0.path < $1.path }
  }

  /// Removes what `garbage` found, and is still there.
  ///
  /// - Returns: what was removed: not what a process has begun to use in the meantime.
  /// - Throws: `ExperimentError.cannotWrite`.
  public func collect(_ garbage: [Garbage]) throws -> [Garbage] {
    var removed: [Garbage] = []
    let now = Set(self.garbage())
    for item in garbage where now.contains(item) {
      let file = url.appendingPathComponent(item.path)
      switch item.kind {
      case .trial: try RunDirectory.open(at: file).remove()
      case .state, .partial, .removed:
        do {
          try FileManager.default.removeItem(at: file)
        } catch {
          throw ExperimentError.cannotWrite(file: file.path, reason: error.localizedDescription)
        }
      }
      removed.append(item)
    }
    return removed
  }

  /// The states of a run that finished, and the one that was being written when a process was killed.
  private func states(of run: RunDirectory) -> [Garbage] {
    let summary = (try? run.read(RunSummary.self, from: .summary)) ?? nil
    let files = summary?.outcome == .finished ? StageStates(run.state).files : []
    let unfinished = run.state.appendingPathComponent(StageStates.unfinishedFile)
    let partial = FileManager.default.fileExists(atPath: unfinished.path) ? [unfinished] : []
    return files.map { item(.state, $0) } + partial.map { item(.partial, $0) }
  }

  private func partials(in run: URL) -> [Garbage] {
    let names = FileManager.default.enumerator(atPath: run.path)
    var found: [Garbage] = []
    while let name = names?.nextObject() as? String {
      let file = run.appendingPathComponent(name)
      guard Self.isPartial(file.lastPathComponent) else { continue }
      names?.skipDescendants()
      found.append(item(.partial, file))
    }
    return found
  }

  /// Beside the runs themselves.
  private func leftovers(in folder: URL) -> [Garbage] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.compactMap { name in
      let file = folder.appendingPathComponent(name)
      if name.hasPrefix(RunDirectory.removedPrefix) { return item(.removed, file) }
      return Self.isPartial(name) && !Self.isBeingWritten(name) ? item(.partial, file) : nil
    }
  }

  private func orphans(of sweep: SweepFolder) -> [Garbage] {
    guard let specification = (try? sweep.specification()) ?? nil else { return [] }
    let trials = Set(specification.trials.map(\.name))
    let runs = self.runs(inSweeps: true).map(\.run).filter {
      $0.url.deletingLastPathComponent().path == sweep.url.path
    }
    let holders = StageHolders(runs)
    return runs.filter { run in
      !trials.contains(run.name) && RunLock.process(holding: run.url) == nil
        && holders.dependants(of: [run.name]).isEmpty
    }.map { item(.trial, $0.url) }
  }

  private func item(_ kind: Garbage.Kind, _ file: URL) -> Garbage {
    Garbage(
      kind: kind, path: String(file.path.dropFirst(url.path.count + 1)),
      bytes: FolderFacts.bytes(of: file))
  }

  /// As `AtomicFile` and the writers of model files name what they have not finished:
  /// `.name.<process>.<digits>.partial` and `name.partial-<UUID>`.
  static func isPartial(_ name: String) -> Bool {
    if name.hasPrefix("."), name.hasSuffix(".partial") { return true }
    guard let mark = name.range(of: ".partial-", options: .backwards) else { return false }
    return UUID(uuidString: String(name[mark.upperBound...])) != nil
  }

  /// Whether the process that a partial file is named after is there.
  private static func isBeingWritten(_ name: String) -> Bool {
    let parts = name.split(separator: ".")
    guard parts.count >= 3, let process = Int32(parts[parts.count - 3]), process > 0 else {
      return false
    }
    return kill(process, 0) == 0 || errno == EPERM
  }
}
