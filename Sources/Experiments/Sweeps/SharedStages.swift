/// A stage of the recipe over all trials of a sweep: how often it is made, in place of once for every
/// trial.
public struct SharedStage: Sendable, Codable, Equatable {
  public var name: String
  public var algorithm: String
  /// Trials that have the stage.
  public var trials: Int
  /// Different stages among them.
  public var distinct: Int

  /// How often it is taken over from another trial.
  public var saved: Int { trials - distinct }

  public init(name: String, algorithm: String, trials: Int, distinct: Int) {
    self.name = name
    self.algorithm = algorithm
    self.trials = trials
    self.distinct = distinct
  }

  /// In the order in which trials come to them.
  public static func all(_ trials: [SweepSpecification.Trial]) -> [SharedStage] {
    var stages: [SharedStage] = []
    var digests: [String: Set<String>] = [:]
    for stage in trials.flatMap(\.stages) {
      let isNew = digests[stage.name, default: []].insert(stage.digest).inserted
      if let place = stages.firstIndex(where: { $0.name == stage.name }) {
        stages[place].trials += 1
        stages[place].distinct += isNew ? 1 : 0
      } else {
        stages.append(
          SharedStage(name: stage.name, algorithm: stage.algorithm, trials: 1, distinct: 1))
      }
    }
    return stages
  }
}
