import TrainingGraph

/// What a sweep consists of, before anything runs: the value of `sweep.json` in its folder, and all
/// that a reader of its results needs besides the runs themselves.
///
/// Trials are known by the digest of what they execute. A recipe that is changed makes other trials,
/// and never continues the old ones under their names.
public struct SweepSpecification: Sendable, Codable, Equatable {
  /// A param with its value, as it would follow `--param`.
  public struct Assignment: Sendable, Codable, Hashable {
    public var parameter: String
    public var value: String

    public init(parameter: String, value: String) {
      self.parameter = parameter
      self.value = value
    }
  }

  /// One recipe of the sweep.
  public struct Cell: Sendable, Codable, Hashable {
    /// Short, and different from that of every other cell: that of the control, or its values.
    public var name: String
    public var isControl: Bool
    /// In the order of the axes, then what a control sets besides.
    public var assignments: [Assignment]

    public init(name: String, isControl: Bool, assignments: [Assignment]) {
      self.name = name
      self.isControl = isControl
      self.assignments = assignments
    }
  }

  /// A stage of a trial with the digest of the node that makes it: stages with equal digests are one.
  public struct Stage: Sendable, Codable, Hashable {
    public var name: String
    public var algorithm: String
    public var digest: String

    public init(name: String, algorithm: String, digest: String) {
      self.name = name
      self.algorithm = algorithm
      self.digest = digest
    }
  }

  /// One run: a cell with a seed.
  public struct Trial: Sendable, Codable, Hashable {
    /// That of its folder.
    public var name: String
    /// The name of its cell.
    public var cell: String
    public var seed: UInt64
    /// Of the whole graph.
    public var digest: String
    /// In the order of training.
    public var stages: [Stage]
    /// What makes the recipe this trial: the words after `sousvide run RECIPE`.
    public var arguments: [String]

    public init(
      name: String, cell: String, seed: UInt64, digest: String, stages: [Stage],
      arguments: [String] = []
    ) {
      self.arguments = arguments
      self.name = name
      self.cell = cell
      self.seed = seed
      self.digest = digest
      self.stages = stages
    }
  }

  /// A cell of the grid that `where` leaves out.
  public struct Exclusion: Sendable, Codable, Hashable {
    public var assignments: [Assignment]
    public var reason: String

    public init(assignments: [Assignment], reason: String) {
      self.assignments = assignments
      self.reason = reason
    }
  }

  /// A cell whose recipe has errors.
  public struct Infeasible: Sendable, Codable, Hashable {
    public struct Finding: Sendable, Codable, Hashable {
      /// `SV5203`.
      public var code: String
      public var message: String

      public init(code: String, message: String) {
        self.code = code
        self.message = message
      }
    }

    public var assignments: [Assignment]
    /// The name, for a control.
    public var control: String?
    public var findings: [Finding]

    public init(assignments: [Assignment], control: String?, findings: [Finding]) {
      self.assignments = assignments
      self.control = control
      self.findings = findings
    }
  }

  /// A cell whose recipe equals that of another one, which is run for both.
  public struct Duplicate: Sendable, Codable, Hashable {
    public var assignments: [Assignment]
    /// The name, for a control.
    public var control: String?
    /// The name of the cell that is run.
    public var cell: String

    public init(assignments: [Assignment], control: String?, cell: String) {
      self.assignments = assignments
      self.control = control
      self.cell = cell
    }
  }

  /// What makes a cell the best.
  public struct Objective: Sendable, Codable, Hashable {
    /// As the recipe has it: `eval.validation.accuracy`.
    public var text: String
    public var maximizes: Bool
    public var evaluation: String
    /// As evaluations record it.
    public var metric: String
    /// What training measures that is nearest to it; nil where there is nothing of the kind.
    public var trainingMeasure: String?
    /// The stage after which it is evaluated last.
    public var stage: String

    public init(
      text: String, maximizes: Bool, evaluation: String, metric: String, trainingMeasure: String?,
      stage: String
    ) {
      self.text = text
      self.maximizes = maximizes
      self.evaluation = evaluation
      self.metric = metric
      self.trainingMeasure = trainingMeasure
      self.stage = stage
    }
  }

  public static let version = "sousvide.sweep-spec/1"

  public var schema = SweepSpecification.version
  /// That of the run.
  public var name: String
  /// The recipe's `about.title`.
  public var title: String
  /// The file, as it was given.
  public var recipe: String
  /// The params that vary.
  public var axes: [String]
  /// Cells of the whole grid.
  public var gridCount: Int
  /// Controls first.
  public var cells: [Cell]
  /// The same in every cell.
  public var seeds: [UInt64]
  /// The stages whose own seed they are; none for the seed of the run.
  public var reseeded: [String]
  /// In the order in which they are started.
  public var trials: [Trial]
  public var excluded: [Exclusion]
  public var infeasible: [Infeasible]
  public var duplicates: [Duplicate]
  public var objective: Objective
  public var pruning: SweepPruning?
  public var stop: SweepStopRules?
  /// Of all runs together.
  public var budget: BudgetLimits?

  public init(
    name: String, title: String, recipe: String, axes: [String], gridCount: Int, cells: [Cell],
    seeds: [UInt64], reseeded: [String] = [], trials: [Trial] = [], excluded: [Exclusion] = [],
    infeasible: [Infeasible] = [], duplicates: [Duplicate] = [], objective: Objective,
    pruning: SweepPruning? = nil, stop: SweepStopRules? = nil,
    budget: BudgetLimits? = nil
  ) {
    self.name = name
    self.title = title
    self.recipe = recipe
    self.axes = axes
    self.gridCount = gridCount
    self.cells = cells
    self.seeds = seeds
    self.reseeded = reseeded
    self.trials = trials
    self.excluded = excluded
    self.infeasible = infeasible
    self.duplicates = duplicates
    self.objective = objective
    self.pruning = pruning
    self.stop = stop
    self.budget = budget
  }

  /// The cell of a trial.
  public func cell(of trial: Trial) -> Cell? { cells.first { $0.name == trial.cell } }
}

extension [SweepSpecification.Assignment] {
  /// `window=8..32 tok, group=8`
  public var text: String {
    map { "\($0.parameter)=\($0.value)" }.joined(separator: ", ")
  }
}

extension SweepSpecification {
  /// The order in which trials are started: controls with every seed, then every other cell with the
  /// first seed before any has the second, so that a sweep that is stopped has seen the whole grid.
  public static func order(
    cells: [Cell], seeds: [UInt64]
  ) -> [(cell: Cell, seed: UInt64)] {
    let controls = cells.filter(\.isControl).flatMap { cell in seeds.map { (cell, $0) } }
    let others = cells.filter { !$0.isControl }
    return controls + seeds.flatMap { seed in others.map { ($0, seed) } }
  }
}

extension SweepSpecification.Stage {
  /// The stages of a graph that leave something behind, in order.
  public static func all(_ graph: TrainingGraph) -> [SweepSpecification.Stage] {
    let digests = graph.digests()
    return graph.nodes.compactMap { node in
      let stage: (name: String, algorithm: String)
      switch node.operation {
      case .pipeline(let pipeline): stage = (pipeline.stage, "pipeline")
      case .supervise(let supervision): stage = (supervision.stage, "sft")
      case .update(let update): stage = (update.stage, update.algorithm)
      default: return nil
      }
      return SweepSpecification.Stage(
        name: stage.name, algorithm: stage.algorithm, digest: digests[node.id] ?? "")
    }
  }
}
