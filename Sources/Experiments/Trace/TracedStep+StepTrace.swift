import Foundation
import Rewards
import Trainer

extension TracedStep {
  /// A step as a line, without its digests, which follow from it.
  ///
  /// - Parameters:
  ///   - items: the records in it.
  ///   - metrics: all that the step reported.
  ///   - previous: the chain of the step before.
  init(
    _ trace: StepTrace, items: [TracedItem], metrics: [String: Double], after previous: String?
  ) throws {
    stage = trace.stage
    step = trace.step
    data = trace.data
    available = trace.available
    records = trace.records
    groups = trace.groups.isEmpty ? nil : trace.groups.map(Group.init)
    sampling = trace.sampling.isEmpty ? nil : trace.sampling
    digests = StepDigests.unknown
    chain = ""
    digests = try StepDigests(self, items: items, metrics: metrics)
    chain = digests.chain(after: previous)
  }

  /// The step with the records and the bytes of tokens that are written above it.
  ///
  /// - Throws: `TraceGap` for a record or a token that is not.
  func trace(item: (Int) -> DataRecord?, piece: (Int) -> [UInt8]?) throws -> StepTrace {
    func response(_ tokens: [Int], _ finish: String) throws -> Rewards.Response {
      let pieces = try tokens.map { token in
        guard let piece = piece(token) else { throw TraceGap.token(token) }
        return piece
      }
      return try Rewards.Response(
        tokens: tokens, pieces: pieces, endToken: finish == Finish.end,
        truncated: finish == Finish.length)
    }
    let groups = try zip(records, groups ?? []).map { record, group in
      guard let item = item(record) else { throw TraceGap.record(record, data: data) }
      return StepTrace.Group(
        item: item,
        responses: try group.responses.map { line in
          guard line.logProbabilities.count == 4 * line.tokens.count else {
            throw TraceGap.logProbabilities
          }
          return StepTrace.Response(
            response: try response(line.tokens, line.finish),
            logProbabilities: line.logProbabilities.floats,
            segments: line.segments.mapValues {
              StepTrace.Segment(
                outcome: $0.outcome,
                tokens: $0.tokens.compactMap { $0.count == 2 ? $0[0]..<max($0[0], $0[1]) : nil })
            },
            outcomes: line.rewards.mapValues(\.outcome),
            advantages: line.advantages.flatMap { run in
              run.count == 2
                ? [Double](repeating: run[1], count: line.count(of: run)) : []
            })
        },
        material: try (group.material ?? []).map {
          try $0.map { try $0.map { try response($0.tokens, $0.finish) } }
        }, dropped: group.dropped)
    }
    return StepTrace(
      stage: stage, step: step, data: data, available: available, records: records, groups: groups,
      sampling: sampling ?? [:])
  }
}

extension TracedStep.Response {
  /// How many tokens have a run's advantage; never more than there are.
  func count(of run: [Double]) -> Int {
    max(0, min(Int(saturating: run.first ?? 0), tokens.count))
  }
}

/// What a trace lacks.
enum TraceGap: Error, CustomStringConvertible {
  case token(Int)
  case record(Int, data: String)
  case logProbabilities

  var description: String {
    switch self {
    case .token(let token): "the bytes of token \(token) are not written above"
    case .record(let record, let data): "record \(record) of data \(data) is not written above"
    case .logProbabilities: "there is not one log-probability per token"
    }
  }
}

/// How a response ended, as a trace spells it.
private enum Finish {
  static let end = "end"
  static let stop = "stop"
  static let length = "length"

  static func of(_ response: Rewards.Response) -> String {
    response.endToken ? end : response.truncated ? length : stop
  }
}

extension StepDigests {
  /// Stands in until they are computed.
  fileprivate static let unknown = StepDigests(records: "", metrics: "")

  private init(records: String, metrics: String) {
    self.records = records
    self.metrics = metrics
  }
}

extension TracedStep.Group {
  fileprivate init(_ group: StepTrace.Group) {
    responses = group.responses.map(TracedStep.Response.init)
    material =
      group.material.isEmpty
      ? nil
      : group.material.map {
        $0.map { $0.map { TracedStep.Writing(tokens: $0.tokens, finish: Finish.of($0)) } }
      }
    dropped = group.dropped
  }
}

extension TracedStep.Response {
  fileprivate init(_ traced: StepTrace.Response) {
    tokens = traced.response.tokens
    finish = Finish.of(traced.response)
    logProbabilities = Data(floats: traced.logProbabilities)
    segments = traced.segments.mapValues {
      TracedStep.Segment(
        outcome: $0.outcome, tokens: $0.tokens.map { [$0.lowerBound, $0.upperBound] })
    }
    rewards = traced.outcomes.mapValues(TracedStep.Reward.init)
    advantages = traced.advantages.reduce(into: []) { runs, advantage in
      if let last = runs.last, last[1].bitPattern == advantage.bitPattern {
        runs[runs.count - 1][0] += 1
      } else {
        runs.append([1, advantage])
      }
    }
  }
}

extension TracedStep.Reward {
  fileprivate init(_ outcome: RewardOutcome) {
    switch outcome {
    case .value(let value, let because): (self.value, self.because) = (value, because)
    case .abstained(let reason): abstained = reason
    case .failed(let reason): failed = reason
    }
  }

  fileprivate var outcome: RewardOutcome {
    if let value { return .value(value, because: because) }
    if let abstained { return .abstained(abstained) }
    return .failed(failed ?? "no reason is recorded")
  }
}

extension Data {
  fileprivate init(floats: [Float]) {
    self.init(
      floats.flatMap { float in
        (0..<4).map { UInt8(truncatingIfNeeded: float.bitPattern >> (8 * UInt32($0))) }
      })
  }

  /// 32-bit floats, least significant byte first.
  var floats: [Float] {
    let bytes = [UInt8](self)
    return stride(from: 0, to: bytes.count - 3, by: 4).map { place in
      Float(
        bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[place + $1]) << UInt32(8 * $1) })
    }
  }
}
