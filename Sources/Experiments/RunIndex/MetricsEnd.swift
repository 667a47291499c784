import Foundation
import Trainer

/// The last step and the last evaluation of a stage's result in `metrics.jsonl`, without decoding the others.
struct MetricsEnd {
  private(set) var step: StepRecord?
  private(set) var evaluation: EvaluationRecord?

  /// How the line of an evaluation starts, because keys are sorted; that of a step starts with its algorithm.
  private static let evaluationStart = Array(#"{"evaluation":"#.utf8)
  /// What follows the name of an evaluation that is of a policy in training.
  private static let intermediate = Array(#"","kind":"\#(EvaluationRecord.intermediate)""#.utf8)

  /// - Throws: `ExperimentError.malformed` for one of the two lines, with its number; `.cannotRead`. An absent
  ///   file has neither.
  init(_ file: URL) throws {
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    let data: Data
    do {
      data = try Data(contentsOf: file, options: .mappedIfSafe)
    } catch {
      throw ExperimentError.cannotRead(file: file.path, reason: error.localizedDescription)
    }
    let ends = data.withUnsafeBytes(Self.lines)
    for range in [ends.step, ends.evaluation].compactMap({ $0 }) {
      do {
        switch try JSONDecoder().decode(MetricRecord.self, from: data.subdata(in: range)) {
        case .step(let record): step = record
        case .evaluation(let record): evaluation = record
        case .intermediate: break
        }
      } catch {
        let newlines = data.prefix(range.lowerBound).count { $0 == UInt8(ascii: "\n") }
        throw ExperimentError.malformed(
          file: file.path, line: newlines + 1, reason: JSONLinesReader.reason(of: error))
      }
    }
  }

  /// Where the two lines are. A last line without its newline was being written when the run was killed.
  private static func lines(
    _ bytes: UnsafeRawBufferPointer
  ) -> (step: Range<Int>?, evaluation: Range<Int>?) {
    var found: (step: Range<Int>?, evaluation: Range<Int>?)
    guard let start = bytes.baseAddress else { return found }
    var first = 0
    while let end = memchr(start + first, Int32(UInt8(ascii: "\n")), bytes.count - first) {
      let line = first..<UnsafeRawPointer(end) - start
      first = line.upperBound + 1
      if line.count >= evaluationStart.count,
        memcmp(start + line.lowerBound, evaluationStart, evaluationStart.count) == 0
      {
        if !isIntermediate(start, line) { found.evaluation = line }
      } else if !line.isEmpty {
        found.step = line
      }
    }
    return found
  }

  /// Whether the line of an evaluation is of a policy in training: its name is followed by its kind.
  private static func isIntermediate(_ start: UnsafeRawPointer, _ line: Range<Int>) -> Bool {
    let name = line.lowerBound + evaluationStart.count + 1
    guard name < line.upperBound,
      let quote = memchr(start + name, Int32(UInt8(ascii: "\"")), line.upperBound - name)
    else { return false }
    let end = UnsafeRawPointer(quote) - start
    return line.upperBound - end >= intermediate.count
      && memcmp(start + end, intermediate, intermediate.count) == 0
  }
}
