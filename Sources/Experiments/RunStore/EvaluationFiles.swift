import Foundation
import Trainer

/// The responses of evaluations: `<evaluation>/<stage>.jsonl`, one line per response, and of policies in training
/// `<evaluation>/<stage>/<step>.jsonl`. A file is written whole, so that an evaluation that is made again leaves
/// what the last one found.
public struct EvaluationFiles: Sendable {
  public let folder: URL

  public init(_ folder: URL) { self.folder = folder }

  /// The file of one evaluation of one stage.
  public func url(_ evaluation: String, stage: String) -> URL {
    folder.appendingPathComponent(evaluation, isDirectory: true)
      .appendingPathComponent("\(stage).jsonl")
  }

  /// The file of one evaluation of the policy that a stage trains, after some of its steps.
  public func url(_ evaluation: String, stage: String, step: Int) -> URL {
    url(evaluation, stage: stage).deletingPathExtension()
      .appendingPathComponent("\(step).jsonl")
  }

  /// Replaces the file that the items belong to; nothing happens for none.
  ///
  /// - Parameter isIntermediate: whether they are of a policy in training.
  /// - Throws: `ExperimentError.diskFull`, `.cannotWrite`.
  public func write(_ items: [EvaluatedItem], isIntermediate: Bool = false) throws {
    guard let first = items.first else { return }
    let file =
      isIntermediate
      ? url(first.evaluation, stage: first.stage, step: first.step)
      : url(first.evaluation, stage: first.stage)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var data = Data()
    do {
      for item in items {
        data += try encoder.encode(item)
        data.append(UInt8(ascii: "\n"))
      }
    } catch {
      throw ExperimentError.cannotWrite(
        file: file.path, reason: "a value in it is not a finite number")
    }
    try Self.makeFolder(of: file)
    try AtomicFile.write(data, to: file)
  }

  static func makeFolder(of file: URL) throws {
    do {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
      throw ExperimentError.diskFull(file: file.path)
    } catch {
      throw ExperimentError.cannotWrite(file: file.path, reason: error.localizedDescription)
    }
  }

  /// The items of one evaluation of one stage; none where there is no file.
  ///
  /// - Throws: `ExperimentError.malformed` with the line, `.cannotRead`.
  public func read(_ evaluation: String, stage: String) throws -> [EvaluatedItem] {
    try JSONLinesReader.read(EvaluatedItem.self, from: url(evaluation, stage: stage))
  }
}
