import Experiments
import Foundation
import Judges
import Synchronization

/// What judges and generators answered in one run: the file in its folder that makes it independent of the tape
/// beside it.
final class RunAnswers: Sendable {
  private struct State {
    var writer: JSONLinesWriter?
    var known: Set<TapeEntry>
  }

  private let run: RunDirectory
  private let state: Mutex<State>

  /// - Throws: `ExperimentError.malformed` for a file that is damaged.
  init(_ run: RunDirectory) throws {
    self.run = run
    state = Mutex(State(known: Set(try Self.entries(of: run))))
  }

  /// Writes down what is not yet there.
  ///
  /// - Throws: `ExperimentError.diskFull`, `.cannotWrite`.
  func keep(_ entry: TapeEntry) throws {
    try state.withLock { state in
      guard !state.known.contains(entry) else { return }
      let writer = try state.writer ?? run.writer(for: .answers)
      state.writer = writer
      try writer.append(entry)
      state.known.insert(entry)
    }
  }

  static func entries(of run: RunDirectory) throws -> [TapeEntry] {
    try JSONLinesReader.read(TapeEntry.self, from: run.url(of: .answers))
  }
}

/// Where a command looks answers of judges and generators up.
struct TapePlace: Sendable {
  /// The tape's name in the folder of runs, which all runs there share.
  static let name = "judges.sqlite"

  /// The folder that runs are kept in.
  let runs: String
  /// A run whose own answers stand in for a tape that is not there.
  var run: RunDirectory?
  /// Whether they come before the tape: only they are what the run was told.
  var prefersRun = false
  /// Whether nobody is asked.
  let isOffline: Bool

  private var url: URL {
    URL(fileURLWithPath: runs, isDirectory: true).appendingPathComponent(Self.name)
  }

  /// - Parameters:
  ///   - announce: told of a damaged tape.
  ///   - used: told of everything that is looked up and found.
  /// - Throws: `JudgeError`; `ExperimentError.malformed` for answers that are damaged.
  func open(
    announce: @Sendable (String) -> Void = { _ in },
    used: @escaping @Sendable (TapeEntry) throws -> Void = { _ in }
  ) throws -> JudgeTape {
    let isThere = FileManager.default.fileExists(atPath: url.path)
    if isOffline, let run, run.contains(.answers), prefersRun || !isThere {
      return try JudgeTape(RunAnswers.entries(of: run), of: run.url(of: .answers))
    }
    return try JudgeTape(at: url, isReplay: isOffline, announce: announce, used: used)
  }
}
