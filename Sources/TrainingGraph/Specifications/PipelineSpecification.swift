import RecipeLanguage
import Rewards

/// Someone who writes responses to the questions of a data set.
public struct GeneratorSpecification: Sendable, Equatable {
  public var name: String
  /// `oracle`, …: who writes.
  public var api: String
  public var settings: Record
  /// The model that this program runs to write; nil for everybody else.
  public var model: LocalModelSpecification?

  public init(
    name: String, api: String, settings: Record, model: LocalModelSpecification? = nil
  ) {
    self.name = name
    self.api = api
    self.settings = settings
    self.model = model
  }

  /// Whether it is shown the items' videos and pictures.
  public var seesMedia: Bool { settings.optionalTemplate("prompt")?.showsMedia ?? false }
}

/// One response to each question, by the generator among the inputs; those that the data hold where
/// there is none.
public struct WritingSpecification: Sendable, Equatable {
  public var stage: String
  /// The step of the pipeline; nil for the responses that the data hold.
  public var step: String?

  public init(stage: String, step: String?) {
    self.stage = stage
    self.step = step
  }
}

/// Questions that become traces: responses are written, and those that a condition does not keep are
/// written again or dropped.
public struct PipelineSpecification: Sendable, Equatable {
  public enum Step: Sendable, Equatable {
    case write(name: String, generator: String)
    case keep(name: String, condition: Expression)

    public var name: String {
      switch self {
      case .write(let name, _), .keep(let name, _): name
      }
    }
  }

  public var stage: String
  public var steps: [Step]
  /// How often an item is written at most, the first time included.
  public var attempts: Int
  /// The segments of a response, in order.
  public var segments: [SegmentSpecification]

  public init(stage: String, steps: [Step], attempts: Int, segments: [SegmentSpecification]) {
    self.stage = stage
    self.steps = steps
    self.attempts = attempts
    self.segments = segments
  }
}

extension PipelineSpecification: CustomStringConvertible {
  /// Without the places of the conditions in their file.
  public var description: String {
    let steps = steps.map { step in
      switch step {
      case .write(let name, let generator): "\(name): \(generator) writes"
      case .keep(let name, let condition): "\(name): keep \(condition.text)"
      }
    }
    return (["\(attempts) attempts"] + steps).joined(separator: "; ")
  }
}
