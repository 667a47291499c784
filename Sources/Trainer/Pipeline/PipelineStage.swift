import Models
import RecipeLanguage
import Rewards
import TrainingGraph

/// One pipeline, ready to run: what is done with an item is a function of the item alone.
struct PipelineStage: Sendable {
  private enum Step: Sendable {
    case write(any TraceGenerator)
    case keep(Expression, RewardPlan)
  }

  private let specification: PipelineSpecification
  private let steps: [(name: String, step: Step)]
  private let parser: SegmentParser
  private let format: PromptFormat

  /// - Parameters:
  ///   - graph: holds the rewards of each condition, below the node of its step.
  ///   - format: with the tokenizer that lengths are counted in.
  init(
    _ specification: PipelineSpecification, _ graph: TrainingGraph, _ format: PromptFormat,
    _ services: TrainerServices
  ) throws {
    self.specification = specification
    self.format = format
    parser = try SegmentParser(specification.segments)
    var generators: [String: any TraceGenerator] = [:]
    steps = try specification.steps.map { step in
      switch step {
      case .write(let name, let generator):
        if let known = generators[generator] { return (name, .write(known)) }
        guard let node = graph[NodeID("generator", generator)],
          case .generator(let settings) = node.operation
        else { throw TrainerError.brokenGraph(node: specification.stage, missing: generator) }
        let made = try services.makeGenerator(settings)
        generators[generator] = made
        return (name, .write(made))
      case .keep(let name, let condition):
        let id = NodeID(specification.stage, name, "segment")
        guard let segmented = graph[id] else {
          throw TrainerError.brokenGraph(node: specification.stage, missing: id.path)
        }
        return (
          name,
          .keep(
            condition, try RewardPlan(graph, segmented: segmented, makeJudge: services.makeJudge))
        )
      }
    }
  }

  /// What becomes of one item.
  ///
  /// - Parameter media: of the item; nil where it has none.
  func outcome(
    _ index: Int, _ item: DataRecord, _ media: SampledMedia?
  ) async throws -> PipelineOutcome {
    var outcome = PipelineOutcome(
      index: index, problemID: item.problemID, attempts: 0,
      passed: [Int](repeating: 0, count: steps.count))
    for attempt in 1...specification.attempts {
      outcome.attempts = attempt
      switch try await run(item, media, attempt, &outcome.passed) {
      case .success(let response):
        outcome.dropped = nil
        outcome.record = record(item, response)
        return outcome
      case .failure(let drop): outcome.dropped = drop
      }
    }
    return outcome
  }

  private enum Result {
    case success(ParsedResponse)
    case failure(PipelineOutcome.Drop)
  }

  private func run(
    _ item: DataRecord, _ media: SampledMedia?, _ attempt: Int, _ passed: inout [Int]
  ) async throws -> Result {
    var draft: ParsedResponse?
    for (place, (name, step)) in steps.enumerated() {
      func drop(_ reason: String) -> Result { .failure(.init(step: name, reason: reason)) }
      switch step {
      case .write(let generator):
        do {
          let request = TraceRequest(
            item: item, media: media, draft: draft, attempt: attempt)
          draft = try parsed(try await generator.trace(request))
        } catch let failure as TraceFailure {
          return drop(failure.reason)
        }
      case .keep(let condition, let rewards):
        if draft == nil, !item.output.isEmpty { draft = try parsed(item.output) }
        guard let response = draft else { return drop("the record holds no response") }
        let scored = try await rewards.score(
          RewardGroup(item: item, media: media, responses: [response]))
        let outcome = scored.table.outcome(
          of: condition, response: 0, item: item, reader: "`\(name)`")
        guard outcome.value == 1 else { return drop(outcome.reason ?? "it does not hold") }
      }
      passed[place] += 1
    }
    return draft.map { .success($0) }
      ?? .failure(.init(step: steps.last?.name ?? "", reason: "nothing was written"))
  }

  private func parsed(_ text: String) throws -> ParsedResponse {
    let tokens = format.tokenizer.encode(text)
    return parser.parse(
      try Response(
        tokens: tokens + [format.endToken],
        pieces: tokens.map(format.tokenizer.bytes(of:)) + [[]], endToken: true, truncated: false))
  }

  /// The item with the response as its trace; what was known of another trace goes.
  private func record(_ item: DataRecord, _ response: ParsedResponse) -> DataRecord {
    var record = item
    record.output = response.response.text
    record.observation = response.segment("observation")?.trimmed ?? ""
    record.process = ""
    record.extra["trace_answer"] = nil
    return record
  }
}
