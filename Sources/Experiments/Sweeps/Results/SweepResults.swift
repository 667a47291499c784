/// What a sweep has found so far: the value that `sweep show` and its JSON are made of
/// (`sousvide.sweep/1`), computed from the sweep's folder alone.
public struct SweepResults: Sendable, Codable {
  /// One run.
  public struct Trial: Sendable, Codable {
    /// That of its folder.
    public var name: String
    public var seed: UInt64
    public var status: TrialStatus
    /// Why it failed, was pruned or stopped.
    public var reason: String?
    /// The step at which it was pruned or stopped.
    public var endedAt: Int?
    /// By what it was pruned or stopped: a measure of training, not to be compared with `value`.
    public var endedWith: Double?
    /// The objective; absent until the trial is finished.
    public var value: Double?
    /// All that the objective's evaluation measured.
    public var evaluation: [String: Double]
    /// Means over the last quarter of the steps of the objective's stage.
    public var training: [String: Double]
    /// Of that stage.
    public var steps: Int
    public var generatedTokens: Double
    public var seconds: Double?
    /// Of that stage.
    public var stageSeconds: Double?
    /// The file with every evaluated response, for tests that pair questions; below the sweep's folder.
    public var responses: String?
    /// Of a cluster, while it waits or runs there: `812_3`.
    public var job: String?
  }

  /// The runs of one recipe.
  public struct Cell: Sendable, Codable {
    public var name: String
    public var isControl: Bool
    public var assignments: [SweepSpecification.Assignment]
    /// In the order of the seeds.
    public var trials: [Trial]
    /// Of the objective, over the seeds whose runs are finished.
    public var value: SeedEstimate?
    /// The same of all that the evaluation measured.
    public var evaluation: [String: SeedEstimate]
    /// The same of training.
    public var training: [String: SeedEstimate]
    public var generatedTokens: SeedEstimate?
    public var seconds: SeedEstimate?
    /// Against the best cell; absent for that one, and where questions cannot be paired.
    public var againstBest: PairedTest?
    /// Whether it is the best cell, or nothing shows that it is worse.
    public var isAmongTheBest: Bool

    /// What stands out among the states of its runs.
    public var status: TrialStatus {
      let statuses = Set(trials.map(\.status))
      let order: [TrialStatus] = [
        .pruned, .stopped, .failed, .running, .interrupted, .waiting,
      ]
      return order.first(where: statuses.contains) ?? .finished
    }
  }

  public static let version = "sousvide.sweep/1"

  public var schema = SweepResults.version
  public var name: String
  public var title: String
  public var recipe: String
  public var axes: [String]
  public var seeds: [UInt64]
  public var objective: SweepSpecification.Objective
  /// Controls first.
  public var cells: [Cell]
  public var excluded: [SweepSpecification.Exclusion]
  public var infeasible: [SweepSpecification.Infeasible]
  public var duplicates: [SweepSpecification.Duplicate]
  public var stages: [SharedStage]
  /// The name of the best cell, among those with most finished runs.
  public var best: String?
  /// How many runs are in which state.
  public var statuses: [String: Int]

  public subscript(name: String) -> Cell? { cells.first { $0.name == name } }
}
