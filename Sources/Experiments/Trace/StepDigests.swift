import Foundation
import Models
import Trainer

/// SHA-256 over every layer of a step, in the order in which each follows from those before it: where two
/// runs part, the first layer that differs is where it began.
struct StepDigests: Codable, Equatable, Sendable {
  /// The layers, from the first to the last.
  enum Layer: String, CaseIterable, Sendable {
    case records, responses, segments, rewards, advantages, metrics
  }

  /// Which records, and what is in them.
  var records: String
  /// Tokens, log-probabilities and how every response ended; absent where a stage samples none, as are
  /// the next three.
  var responses: String?
  var segments: String?
  var rewards: String?
  var advantages: String?
  /// All numbers that the step reported: the loss, the gradient's norm and those of the responses.
  var metrics: String

  subscript(layer: Layer) -> String? {
    switch layer {
    case .records: records
    case .responses: responses
    case .segments: segments
    case .rewards: rewards
    case .advantages: advantages
    case .metrics: metrics
    }
  }

  /// The digest of a stage's steps up to this one.
  ///
  /// - Parameter previous: that of the step before; nil for the first.
  func chain(after previous: String?) -> String {
    let layers = Layer.allCases.map { "\($0.rawValue) \(self[$0] ?? "")" }
    return Digest.sha256(([previous ?? ""] + layers).joined(separator: "\n"))
  }

  /// - Parameters:
  ///   - step: whose digests are not read.
  ///   - items: its records in order; those of a stage that does not sample are not recorded.
  ///   - metrics: all that the step reported.
  init(_ step: TracedStep, items: [TracedItem], metrics: [String: Double]) throws {
    records = try CanonicalJSON.digest(
      Records(data: step.data, available: step.available, records: step.records, items: items))
    self.metrics = try CanonicalJSON.digest(metrics)
    guard let groups = step.groups else { return }
    let all = groups.flatMap(\.responses)
    responses = try CanonicalJSON.digest(
      Responses(
        responses: all.map { Sampled($0) }, material: groups.map(\.material),
        sampling: step.sampling ?? [:]))
    segments = try CanonicalJSON.digest(all.map(\.segments))
    rewards = try CanonicalJSON.digest(all.map(\.rewards))
    advantages = try CanonicalJSON.digest(
      groups.map { Advantages(advantages: $0.responses.map(\.advantages), dropped: $0.dropped) })
  }

  private struct Records: Encodable {
    var data: String
    var available: Int
    var records: [Int]
    var items: [TracedItem]
  }

  private struct Sampled: Encodable {
    var tokens: [Int]
    var finish: String
    var logProbabilities: Data

    init(_ response: TracedStep.Response) {
      tokens = response.tokens
      finish = response.finish
      logProbabilities = response.logProbabilities
    }
  }

  private struct Responses: Encodable {
    var responses: [Sampled]
    var material: [[[TracedStep.Writing?]]?]
    var sampling: [String: Double]
  }

  private struct Advantages: Encodable {
    var advantages: [[[Double]]]
    var dropped: String?
  }
}

/// JSON in which equal values have equal bytes: sorted keys, and the shortest spelling of a number that
/// reads back equal.
enum CanonicalJSON {
  static func digest(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Digest.sha256(try encoder.encode(value))
  }
}
