import Models
import RecipeLanguage
import TensorEngine
import TrainingGraph

/// What a run will need: memory, work and time of every stage and evaluation, from shapes alone.
public struct RunForecast: Sendable {
  /// A stage or an evaluation.
  public struct Entry: Sendable {
    /// `rl`, or `held_out/rl` for an evaluation.
    public var name: String
    /// `sft`, `grpo`, …, `pipeline`, or `evaluation`.
    public var algorithm: String
    /// Optimizer steps, and how often an evaluation is made; nil where they depend on data that are not known, and
    /// 1 for a pipeline.
    public var steps: Int?
    public var moments: [ForecastMoment]
    /// Of one step.
    public var work: ForecastWork
    /// Where the recipe declares it.
    public var span: SourceSpan?
    /// The stage within which an evaluation is made; nil for all else.
    public var within: String?

    /// The fullest moment.
    public var peak: ForecastMoment? { moments.max { $0.memory.total < $1.memory.total } }
  }

  public var entries: [Entry]
  /// What was taken for granted because it is not known yet: each completes "assuming …".
  public var assumptions: [String]
  public var settings: ExecutionSettings

  /// The entry that needs most memory.
  public var fullest: Entry? {
    entries.max { ($0.peak?.memory.total ?? 0) < ($1.peak?.memory.total ?? 0) }
  }

  /// The most memory that the run holds, in bytes.
  public var peakBytes: Int { fullest?.peak?.memory.total ?? 0 }
}

/// A change of the recipe, to see what it would save.
public enum ForecastVariation: Sendable, Hashable {
  case none
  /// Every stage trains an adapter in place of the weights.
  case adapters
  /// Every step takes half the records or prompts.
  case halfBatches
  /// Every stage has passes of so many tokens at most.
  case microBatches(Int)

  /// The adapter that is tried: of a usual rank, on the projections of attention and MLP.
  static let adapter = AdapterSettings(rank: 16, alpha: 32, targets: [LayerPattern("*_proj")])

  func reduced(_ count: Int) -> Int { self == .halfBatches ? max(1, count / 2) : count }

  /// The bound of a stage's passes, which is `bound` in the recipe.
  func bounded(_ bound: Int?) -> Int? {
    guard case .microBatches(let tokens) = self else { return bound }
    return min(tokens, bound ?? tokens)
  }
}

extension RunForecast {
  /// What the libraries that decode videos add to the process once they are loaded, about.
  public static let libraryBytes = 40 << 20

  /// Follows the graph as the trainer would execute it, every stage being trained.
  ///
  /// Lengths are those that 1 step in 1,000 exceeds; every sampled response counts as long as it may be.
  /// - Parameters:
  ///   - sizes: of the records of a data set by name, given what is seen of its videos, and the tokens
  ///     to assume for a target that cannot be read.
  ///   - programBytes: what the process holds before anything of the run.
  /// - Throws: `ModelSizesError`; `EngineError` and `AdapterError` where a graph cannot be built.
  public init(
    _ graph: TrainingGraph, settings: ExecutionSettings, programBytes: Int,
    variation: ForecastVariation = .none,
    sizes: @escaping (_ data: String, _ video: VideoSpecification?, _ target: Int) -> RecordSizes
  ) throws {
    self.settings = settings
    (entries, assumptions) = ([], [])
    let (configuration, assumption) = try graph.modelConfiguration()
    if let assumption { assumptions.append(assumption) }
    let walk = try ForecastWalk(
      graph, configuration, settings: settings, programBytes: programBytes, variation: variation,
      sizes: sizes)
    entries = try walk.entries()
    for assumption in walk.assumptions where !assumptions.contains(assumption) {
      assumptions.append(assumption)
    }
  }
}
