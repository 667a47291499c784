import Models
import TrainingGraph

/// The models besides the policy that a run asks: judges and generators that this program runs. Each is
/// read when it is first asked, and stays.
final class ForecastLocalModels {
  /// Somebody who is asked: `judge sufficiency`.
  struct Asked {
    var name: String
    var model: LocalModelSpecification
    /// Tokens of an answer, at most.
    var newTokens: Int
  }

  private struct Known {
    let policy: ForecastPolicy
    let forecaster: MemoryForecaster
  }

  private let settings: ExecutionSettings
  private var known: [String: Known] = [:]
  private(set) var assumptions: [String] = []

  init(_ settings: ExecutionSettings) { self.settings = settings }

  /// Those that were asked so far.
  var policies: [ForecastPolicy] { known.sorted { $0.key < $1.key }.map(\.value.policy) }

  /// What their device keeps of intermediates; one device computes all of them.
  private(set) var intermediates = 0

  /// What some questions take, whose answers are decoded together.
  ///
  /// - Parameters:
  ///   - questions: in all; as many as `sizes` has prompts are asked at once.
  ///   - sizes: of the prompts alone.
  /// - Returns: Nil where the model's files are not here.
  func ask(
    _ asked: Asked, questions: Int, sizes: SamplingSizes
  ) throws -> (moment: ForecastMoment, work: ForecastWork)? {
    guard let model = try model(of: asked) else { return nil }
    var sizes = sizes
    sizes.newTokens = asked.newTokens
    let (moments, work) = try model.forecaster.evaluation(
      model.policy, questions: questions, sizes: [sizes])
    guard let moment = moments.first else { return nil }
    intermediates = max(intermediates, moment.memory[.intermediates])
    return (moment, work)
  }

  private func model(of asked: Asked) throws -> Known? {
    let key = "\(asked.model.folder) \(asked.model.precision.rawValue)"
    if let model = known[key] { return model }
    guard
      let (configuration, assumption) = try? TrainingGraph.modelConfiguration(
        ofFolder: asked.model.folder)
    else {
      assumptions.append(
        "nothing for the model of \(asked.name): the sizes of \(asked.model.name) are not known")
      return nil
    }
    if let assumption { assumptions.append(assumption) }
    let model = Known(
      policy: ForecastPolicy(configuration, precision: asked.model.precision),
      forecaster: try MemoryForecaster(configuration, settings: settings, programBytes: 0))
    known[key] = model
    return model
  }
}

extension ForecastLocalModels.Asked {
  /// Nil for a judge that this program does not run.
  init?(_ judge: JudgeSpecification) {
    guard let model = judge.model else { return nil }
    self.init(
      name: "judge \(judge.name)", model: model,
      newTokens: judge.settings.optionalRecord("sampling")?.optionalInteger("max_new_tokens") ?? 1)
  }

  /// Nil for a generator that this program does not run.
  init?(_ generator: GeneratorSpecification) {
    guard let model = generator.model else { return nil }
    self.init(
      name: "generator \(generator.name)", model: model,
      newTokens: generator.settings.optionalRecord("sampling")?.optionalInteger("max_new_tokens")
        ?? 1)
  }
}

extension TrainingGraph {
  /// The judges that this program runs and that are asked about every response of a node, once for each
  /// reward that is their verdict.
  func localJudges(of responses: TrainingNode) -> [ForecastLocalModels.Asked] {
    consumers(of: responses.id).filter { $0.operation.output == .segmented }.flatMap(judges(below:))
  }

  /// The generators that this program runs and that write a pipeline's responses, once for each step; and
  /// the judges that are asked about those.
  func localModels(of pipeline: TrainingNode) -> [ForecastLocalModels.Asked] {
    pipeline.inputs.compactMap { self[$0] }.flatMap { node -> [ForecastLocalModels.Asked] in
      guard case .write = node.operation else {
        return node.operation.output == .segmented ? judges(below: node) : []
      }
      return inputs(of: node, .generator).compactMap {
        if case .generator(let generator) = $0.operation {
          ForecastLocalModels.Asked(generator)
        } else {
          nil
        }
      }
    }
  }

  private func judges(below segmented: TrainingNode) -> [ForecastLocalModels.Asked] {
    consumers(of: segmented.id)
      .filter { if case .reward = $0.operation { true } else { false } }
      .flatMap { inputs(of: $0, .judge) }.compactMap {
        if case .judge(let judge) = $0.operation { ForecastLocalModels.Asked(judge) } else { nil }
      }
  }
}
