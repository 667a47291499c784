import Foundation
import Trainer

/// When a run has nothing more to learn from, whatever the others do: `stop` of a sweep. A step that
/// meets NaN needs no rule: it is not made, and the run fails.
public struct SweepStopRules: Sendable, Codable, Hashable {
  /// Fewer groups than this that any process tells apart.
  public var informativeGroups: Double?
  /// More responses than this that are cut.
  public var truncated: Double?
  /// A larger divergence from the reference.
  public var kl: Double?
  /// Steps of a stage in a row at which it must be so.
  public var steps: Int

  public init(
    informativeGroups: Double? = nil, truncated: Double? = nil, kl: Double? = nil, steps: Int
  ) {
    self.informativeGroups = informativeGroups
    self.truncated = truncated
    self.kl = kl
    self.steps = steps
  }

  /// A rule that held.
  public struct Finding: Sendable, Hashable {
    public var stage: String
    /// At which it had held long enough.
    public var step: Int
    /// What was measured at it.
    public var value: Double
    /// For people.
    public var reason: String
  }

  /// The first rule that held long enough; nil while none has.
  public func finding(_ records: [StepRecord]) -> Finding? {
    var streaks: [String: Int] = [:]
    for record in records {
      for rule in rules {
        let key = "\(record.stage)/\(rule.name)"
        guard let value = rule.measure(record), rule.holds(value) else {
          streaks[key] = 0
          continue
        }
        streaks[key, default: 0] += 1
        if streaks[key] == steps {
          return Finding(
            stage: record.stage, step: record.step, value: value,
            reason: "\(rule.text) for \(steps) steps, at step \(record.step) of \(record.stage) "
              + String(format: "%.3g", value))
        }
      }
    }
    return nil
  }

  private struct Rule {
    var name: String
    var text: String
    var measure: (StepRecord) -> Double?
    var holds: (Double) -> Bool
  }

  private var rules: [Rule] {
    var rules: [Rule] = []
    if let informativeGroups {
      rules.append(
        Rule(
          name: "informative_groups",
          text: String(format: "informative groups below %g", informativeGroups),
          measure: \.informativeGroups, holds: { $0 < informativeGroups }))
    }
    if let truncated {
      rules.append(
        Rule(
          name: "truncated", text: String(format: "truncated responses above %g", truncated),
          measure: { $0.values["truncated"] }, holds: { $0 > truncated }))
    }
    if let kl {
      rules.append(
        Rule(
          name: "kl", text: String(format: "kl above %g", kl), measure: { $0.values["kl"] },
          holds: { $0 > kl }))
    }
    return rules
  }
}
