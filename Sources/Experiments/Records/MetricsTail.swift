import Foundation
import Trainer

/// The steps and evaluations in a file of metrics that another process writes, read on from where they were
/// read to.
struct MetricsTail: Sendable {
  private let file: URL
  private var offset: UInt64 = 0
  private(set) var steps: [StepRecord] = []
  /// Of stages' results and of policies in training, in the order they happened.
  private(set) var measured: [EvaluationRecord] = []
  /// Of stages' results.
  var evaluations: [EvaluationRecord] { measured.filter { !$0.isIntermediate } }

  init(_ file: URL) { self.file = file }

  /// Reads the lines that are complete since last time. A file that has become shorter was cut by a
  /// process that goes on from a saved state, and is read again.
  ///
  /// - Returns: whether there is anything new.
  mutating func update() -> Bool {
    guard let handle = try? FileHandle(forReadingFrom: file),
      let size = try? handle.seekToEnd(), size != offset
    else { return false }
    if size < offset { (offset, steps, measured) = (0, [], []) }
    guard (try? handle.seek(toOffset: offset)) != nil, let data = try? handle.readToEnd(),
      let end = data.lastIndex(of: UInt8(ascii: "\n"))
    else { return false }
    let decoder = JSONDecoder()
    for line in data[...end].split(separator: UInt8(ascii: "\n")) {
      switch try? decoder.decode(MetricRecord.self, from: line) {
      case .step(let step)?: add(step)
      case .evaluation(let evaluation)?, .intermediate(let evaluation)?: add(evaluation)
      case nil: continue
      }
    }
    offset += UInt64(data.distance(from: data.startIndex, to: end) + 1)
    return true
  }

  private mutating func add(_ step: StepRecord) {
    // What was cut may have grown again in the meantime.
    let follows = steps.last.map { $0.stage == step.stage && $0.step < step.step } ?? true
    if !follows { steps.removeAll { $0.stage == step.stage && $0.step >= step.step } }
    steps.append(step)
  }

  private mutating func add(_ evaluation: EvaluationRecord) {
    measured.removeAll {
      $0.kind == evaluation.kind && $0.stage == evaluation.stage
        && $0.evaluation == evaluation.evaluation && $0.step >= evaluation.step
    }
    measured.append(evaluation)
  }
}
