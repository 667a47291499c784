import Foundation
import Trainer

/// Where two versions of one step part: the first layer that differs, and the first place in it.
public struct StepDifference: Sendable, Equatable {
  public var stage: String
  public var step: Int
  /// `records`, `responses`, `segments`, `rewards`, `advantages` or `metrics`.
  public var layer: String
  /// What it is that differs, in words.
  public var place: String
  /// The value of the first version, and that of the second.
  public var first: String
  public var second: String
}

extension StepDifference {
  /// What a step's line and its metrics say.
  struct Version {
    var line: TracedStep
    var metrics: [String: Double]
  }

  /// Nil for steps that are equal.
  init?(_ first: Version, _ second: Version) {
    let layer = StepDigests.Layer.allCases.first {
      first.line.digests[$0] != second.line.digests[$0]
    }
    guard let layer else { return nil }
    stage = first.line.stage
    step = first.line.step
    self.layer = layer.rawValue
    let values = Self.values(layer, first, second)
    place = values?.place ?? "the \(layer.rawValue)"
    self.first = values?.first ?? first.line.digests[layer] ?? "nothing"
    self.second = values?.second ?? second.line.digests[layer] ?? "nothing"
  }

  private typealias Values = (place: String, first: String, second: String)

  private static func values(
    _ layer: StepDigests.Layer, _ first: Version, _ second: Version
  ) -> Values? {
    switch layer {
    case .records:
      return unequal(
        "the record", first.line.records.map(String.init), second.line.records.map(String.init)
      ) ?? ("what is in the records", first.line.digests.records, second.line.digests.records)
    case .metrics:
      return unequal("", texts(first.metrics), texts(second.metrics))
    case .responses:
      return inResponses(first, second, Self.sampled)
        ?? unequal("", texts(first.line.sampling ?? [:]), texts(second.line.sampling ?? [:]))
    case .segments:
      return inResponses(first, second) { one, other in
        unequal("segment `%` of ", one.segments.mapValues(text), other.segments.mapValues(text))
      }
    case .rewards:
      return inResponses(first, second) { one, other in
        unequal("reward `%` of ", one.rewards.mapValues(text), other.rewards.mapValues(text))
      }
    case .advantages:
      return inResponses(first, second) { one, other in
        unequal("the advantage of token", one.tokenAdvantages, other.tokenAdvantages).map {
          ($0.place + " of ", $0.first, $0.second)
        }
      }
    }
  }

  private static func sampled(
    _ one: TracedStep.Response, _ other: TracedStep.Response
  ) -> Values? {
    if let token = unequal("token", one.tokens.map(String.init), other.tokens.map(String.init)) {
      return (token.place + " of ", token.first, token.second)
    }
    if one.finish != other.finish { return ("the end of ", one.finish, other.finish) }
    let bits = unequal(
      "the log-probability of token", one.logProbabilityTexts, other.logProbabilityTexts)
    return bits.map { ($0.place + " of ", $0.first, $0.second) }
  }

  /// The first response that differs, of which `compare` says where.
  private static func inResponses(
    _ first: Version, _ second: Version,
    _ compare: (TracedStep.Response, TracedStep.Response) -> Values?
  ) -> Values? {
    let groups = zip(first.line.groups ?? [], second.line.groups ?? [])
    for (record, pair) in zip(first.line.records, groups) {
      if pair.0.dropped != pair.1.dropped {
        return (
          "whether the group of record \(record) is dropped", pair.0.dropped ?? "kept",
          pair.1.dropped ?? "kept"
        )
      }
      for (index, responses) in zip(pair.0.responses, pair.1.responses).enumerated() {
        guard let values = compare(responses.0, responses.1) else { continue }
        return (
          "\(values.place)response \(index + 1) to record \(record)", values.first, values.second
        )
      }
    }
    return nil
  }

  private static func unequal(_ what: String, _ first: [String], _ second: [String]) -> Values? {
    if let place = zip(first, second).enumerated().first(where: { $1.0 != $1.1 }) {
      return ("\(what) \(place.offset + 1)", place.element.0, place.element.1)
    }
    guard first.count != second.count else { return nil }
    return ("how many there are: \(what)s", "\(first.count)", "\(second.count)")
  }

  /// The first name whose values differ; `%` in `what` stands for it.
  private static func unequal(
    _ what: String, _ first: [String: String], _ second: [String: String]
  ) -> Values? {
    let names = Set(first.keys).union(second.keys).sorted()
    guard let name = names.first(where: { first[$0] != second[$0] }) else { return nil }
    return (
      what.isEmpty ? "`\(name)`" : what.replacingOccurrences(of: "%", with: name),
      first[name] ?? "absent", second[name] ?? "absent"
    )
  }

  private static func texts(_ numbers: [String: Double]) -> [String: String] {
    numbers.mapValues { "\($0)" }
  }

  private static func text(_ segment: TracedStep.Segment) -> String {
    let places = segment.tokens.map { $0.map(String.init).joined(separator: "..<") }
    return ([segment.outcome.rawValue] + places).joined(separator: " ")
  }

  private static func text(_ reward: TracedStep.Reward) -> String {
    if let value = reward.value {
      return "\(value)" + (reward.because.map { " (\($0))" } ?? "")
    }
    return reward.abstained.map { "abstained (\($0))" } ?? "failed (\(reward.failed ?? ""))"
  }
}

extension TracedStep.Response {
  fileprivate var tokenAdvantages: [String] {
    advantages.flatMap { run in
      run.count == 2 ? [String](repeating: "\(run[1])", count: count(of: run)) : []
    }
  }

  fileprivate var logProbabilityTexts: [String] {
    logProbabilities.floats.map { "\($0) (bits \(String($0.bitPattern, radix: 16)))" }
  }
}
