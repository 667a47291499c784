import Foundation
import Trainer

/// A group of responses that the report shows, with the place in training it was sampled at.
struct ResponseSample: Sendable {
  enum Moment: Sendable, Equatable { case early, late }

  var moment: Moment
  var group: RolloutRecord

  static let perMoment = 3

  /// Chooses a few groups from the first and from the last part of each reinforcement stage: those
  /// that show the most about credit, of different kinds of question. Deterministic.
  ///
  /// - Returns: the groups, and how many are recorded.
  static func choose(
    from run: RunDirectory, stages: [ReportContents.Stage]
  ) throws -> (samples: [ResponseSample], recorded: Int) {
    var lastStep: [String: Int] = [:]
    for stage in stages { lastStep[stage.name] = stage.steps.map(\.step).max() }

    // Of every stage, moment and kind of question only the most telling groups stay in memory.
    var candidates: [Bucket: [RolloutRecord]] = [:]
    var recorded = 0
    try run.forEachGroup { group in
      guard let last = lastStep[group.stage], !group.responses.isEmpty else { return }
      recorded += 1
      let progress = Double(group.step) / Double(max(1, last))
      let moment: Moment = progress <= 0.5 ? .early : .late
      let bucket = Bucket(stage: group.stage, moment: moment, kind: group.item.problemType)
      var kept = candidates[bucket] ?? []
      kept.append(group)
      kept.sort { Self.isMoreTelling($0, $1, moment) }
      candidates[bucket] = Array(kept.prefix(Self.perMoment))
    }

    let samples = stages.flatMap { stage in
      [Moment.early, .late].flatMap { moment in
        roundRobin(
          candidates.filter { $0.key.stage == stage.name && $0.key.moment == moment }
            .sorted { $0.key.kind < $1.key.kind }.map(\.value)
        )
        .prefix(perMoment)
        .map { ResponseSample(moment: moment, group: $0) }
      }
    }
    return (samples, recorded)
  }

  /// The responses to show first: where the processes disagree, then the best and the worst. Indices
  /// into the group, ascending.
  func shownFirst(_ count: Int = 3) -> [Int] {
    let responses = group.responses
    let total = responses.map { $0.totals.values.reduce(0, +) }
    let order = responses.indices.sorted { ($0, total[$0]) < ($1, total[$1]) }
    var chosen: [Int] = []
    let disagreeing = order.filter { Self.processesDisagree(responses[$0]) }
    let best = order.max { (total[$0], $1) < (total[$1], $0) }
    let worst = order.min { (total[$0], $0) < (total[$1], $1) }
    for index in [disagreeing.first, best, worst].compactMap({ $0 }) + order
    where !chosen.contains(index) && chosen.count < count {
      chosen.append(index)
    }
    return chosen.sorted()
  }

  /// Whether one part of the response is reinforced and another discouraged.
  static func processesDisagree(_ response: RolloutRecord.Response) -> Bool {
    zip(response.parts, response.advantages).contains { $0 != "rest" && $1 > 0.05 }
      && zip(response.parts, response.advantages).contains { $0 != "rest" && $1 < -0.05 }
  }

  private struct Bucket: Hashable { var stage: String, moment: Moment, kind: String }

  private static func isMoreTelling(
    _ left: RolloutRecord, _ right: RolloutRecord, _ moment: Moment
  ) -> Bool {
    let (a, b) = (interest(left), interest(right))
    if a != b { return a > b }
    let (known, other) = (left.knowsChoices, right.knowsChoices)
    if known != other { return known }
    return moment == .early ? left.step < right.step : left.step > right.step
  }

  /// How much a group shows about credit: nothing when every response earned the same.
  private static func interest(_ group: RolloutRecord) -> Int {
    let varied = group.responses.contains { $0.advantages.contains { $0.magnitude > 0.05 } }
    let disagreeing = group.responses.filter(processesDisagree).count
    let kinds = Set(group.responses.map(\.text)).count
    return (varied ? 10 : 0) + min(disagreeing, 3) * 5 + min(kinds, 5)
  }

  private static func roundRobin<Element>(_ lists: [[Element]]) -> [Element] {
    let longest = lists.map(\.count).max() ?? 0
    return (0..<longest).flatMap { rank in lists.compactMap { $0.dropFirst(rank).first } }
  }
}

extension RolloutRecord {
  /// Whether it says what else could have stood in the places of tokens.
  fileprivate var knowsChoices: Bool { responses.contains { $0.choices != nil } }
}
