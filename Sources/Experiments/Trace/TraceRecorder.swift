import Foundation
import Rewards
import Trainer

/// Writes what a run's steps were made of to `trace.jsonl`: records and the bytes of tokens once, above the
/// first step that uses them.
///
/// A resumed run leaves the same file as one that was never interrupted.
final class TraceRecorder {
  private struct ItemKey: Hashable {
    var data: String
    var record: Int
  }

  /// What is written so far.
  private struct Written {
    var tokens: Set<Int> = []
    var items: Set<ItemKey> = []
    /// The chain of every stage up to its last step.
    var chains: [String: String] = [:]
    var evaluations: Set<String> = []
    var finishes: Set<String> = []
  }

  private let writer: JSONLinesWriter
  private var written: Written

  init(_ run: RunDirectory) throws {
    writer = try run.writer(for: .trace)
    written = try Self.scan(writer.url)
  }

  /// Appends a step, with the records and tokens that it is the first to use.
  ///
  /// - Parameter metrics: all that the step reported.
  func append(_ trace: StepTrace, metrics: [String: Double]) throws {
    var pieces: [String: Data] = [:]
    for token in trace.usedTokens where written.tokens.insert(token.id).inserted {
      pieces[String(token.id)] = Data(token.bytes)
    }
    if !pieces.isEmpty { try writer.append(TracedPieces(pieces: pieces)) }
    let items = zip(trace.records, trace.groups).map { record, group in
      TracedItem(data: trace.data, record: record, item: group.item)
    }
    for item in items {
      let key = ItemKey(data: item.data, record: item.record)
      if written.items.insert(key).inserted { try writer.append(item) }
    }
    let line = try TracedStep(
      trace, items: items, metrics: metrics, after: written.chains[trace.stage])
    try writer.append(line)
    written.chains[trace.stage] = line.chain
  }

  /// Appends an evaluation that is not there yet.
  func append(_ record: EvaluationRecord, items: [EvaluatedItem]) throws {
    guard written.evaluations.insert(record.key).inserted else { return }
    try writer.append(TracedEvaluation(record, items))
  }

  /// Appends the end of a stage that is not there yet.
  func append(_ finish: StageFinish) throws {
    guard written.finishes.insert(finish.stage).inserted else { return }
    try writer.append(TracedFinish(stage: finish.stage, digest: finish.digest))
  }

  /// Cuts off everything from the first line on that the stage is about to write again: what follows step
  /// `completed`, with the records and tokens that the next step was the first to use.
  func cut(_ stage: String, after completed: Int) throws {
    var above: UInt64?
    var position: UInt64?
    try JSONLinesReader.scan(TraceHead.self, in: writer.url) { line, place in
      if line.isMaterial {
        above = above ?? UInt64(place.range.lowerBound)
        return true
      }
      if line.stage == stage, line.step ?? completed > completed || line.kind == "finish" {
        position = above ?? UInt64(place.range.lowerBound)
      }
      above = nil
      return position == nil
    }
    // Records and tokens at the end of the file are those of a step that was never written.
    guard let position = position ?? above else { return }
    try writer.cut(to: position)
    written = try Self.scan(writer.url)
  }

  func synchronize() throws { try writer.synchronize() }

  private static func scan(_ url: URL) throws -> Written {
    var written = Written()
    try JSONLinesReader.scan(TraceHead.self, in: url) { line, _ in
      switch line.kind {
      case "pieces": written.tokens.formUnion((line.pieces ?? [:]).keys.compactMap { Int($0) })
      case "item":
        if let data = line.data, let record = line.record {
          written.items.insert(ItemKey(data: data, record: record))
        }
      case "step": if let stage = line.stage { written.chains[stage] = line.chain }
      case "evaluation", EvaluationRecord.intermediate:
        if let stage = line.stage, let evaluation = line.evaluation, let step = line.step {
          var record = EvaluationRecord(
            stage: stage, evaluation: evaluation, step: step, values: [:])
          record.kind = line.kind
          written.evaluations.insert(record.key)
        }
      default: if let stage = line.stage { written.finishes.insert(stage) }
      }
      return true
    }
    return written
  }
}

/// What of a line says where it belongs.
struct TraceHead: Decodable {
  var kind: String
  var stage: String?
  var step: Int?
  var chain: String?
  var data: String?
  var record: Int?
  var evaluation: String?
  var pieces: [String: Data]?

  /// Whether it is there for the step below it.
  var isMaterial: Bool { kind == "pieces" || kind == "item" }
}

extension EvaluationRecord {
  fileprivate var key: String { "\(kind)/\(stage)/\(evaluation)/\(step)" }
}

extension StepTrace {
  /// Every token of its responses, with its bytes.
  fileprivate var usedTokens: [(id: Int, bytes: [UInt8])] {
    let responses = groups.flatMap { group in
      group.responses.map(\.response) + group.material.flatMap { $0.compactMap { $0 } }
    }
    return responses.flatMap { Array(zip($0.tokens, $0.pieces)) }.map { ($0, $1) }
  }
}
