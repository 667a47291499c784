import Foundation
import Synchronization
import Trainer

/// The parts of an evaluation that are done, one per line, in a file beside the one that its results are
/// to be in: an evaluation that is stopped, or killed, goes on from there.
public final class EvaluationProgress: EvaluationJournal {
  /// `<evaluation>/<stage>.partial`
  public let url: URL
  /// Questions in the parts that are kept.
  private let done = Mutex(0)
  private let resumed: @Sendable (Int) -> Void

  /// A part, and of which evaluation it is.
  private struct Line: Codable {
    var digest: String
    var part: EvaluationPart
  }

  /// - Parameters:
  ///   - files: where the results are to be.
  ///   - resumed: told how many questions an earlier process has done, where it has done some.
  public init(
    _ files: EvaluationFiles, _ evaluation: String, stage: String,
    resumed: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.resumed = resumed
    url = files.url(evaluation, stage: stage).deletingPathExtension().appendingPathExtension(
      "partial")
  }

  /// How many questions are done and kept.
  public var questions: Int { done.withLock { $0 } }

  /// - Throws: `ExperimentError.malformed` with the line, `.cannotRead`: what is there may have cost money, and
  ///   is not made again for it.
  public func parts(digest: String) throws -> [EvaluationPart] {
    let lines = try lines()
    let parts = lines.filter { $0.digest == digest }.map(\.part)
    // Those of other weights or settings would never be asked for again.
    if parts.isEmpty { try remove() }
    let before = parts.map(\.questions.upperBound).max() ?? 0
    done.withLock { $0 = before }
    if before > 0 { resumed(before) }
    return parts
  }

  private func lines() throws -> [Line] {
    do {
      return try JSONLinesReader.read(Line.self, from: url)
    } catch ExperimentError.malformed(let file, let line, let reason) {
      throw ExperimentError.malformed(
        file: file, line: line,
        reason: "\(reason). Remove the file to evaluate all questions again")
    }
  }

  public func keep(_ part: EvaluationPart, digest: String) throws {
    try done.withLock { done in
      try EvaluationFiles.makeFolder(of: url)
      let writer = try JSONLinesWriter(url)
      try writer.append(Line(digest: digest, part: part))
      try writer.synchronize()
      done = max(done, part.questions.upperBound)
    }
  }

  /// Forgets all parts: the results are in their file.
  ///
  /// - Throws: `ExperimentError.cannotWrite`.
  public func remove() throws {
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    do {
      try FileManager.default.removeItem(at: url)
    } catch {
      throw ExperimentError.cannotWrite(file: url.path, reason: error.localizedDescription)
    }
  }
}
