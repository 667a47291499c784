import Rewards

/// What one step of a stage was made of, whole: enough to compute its rewards, advantages and metrics again
/// without the policy, and its update without sampling.
public struct StepTrace: Sendable, Equatable {
  /// A declared segment as it occurs in a response.
  public struct Segment: Sendable, Equatable {
    public var outcome: SegmentOutcome
    /// The tokens of every occurrence, with the delimiters.
    public var tokens: [Range<Int>]

    public init(outcome: SegmentOutcome, tokens: [Range<Int>]) {
      self.outcome = outcome
      self.tokens = tokens
    }
  }

  /// A sampled response with all that was made of it.
  public struct Response: Sendable, Equatable {
    public var response: Rewards.Response
    /// As they were recorded while sampling, one per token.
    public var logProbabilities: [Float]
    /// By name.
    public var segments: [String: Segment]
    /// By reward.
    public var outcomes: [String: RewardOutcome]
    /// One per token; none in a group that was dropped.
    public var advantages: [Double]

    public init(
      response: Rewards.Response, logProbabilities: [Float], segments: [String: Segment],
      outcomes: [String: RewardOutcome], advantages: [Double]
    ) {
      self.response = response
      self.logProbabilities = logProbabilities
      self.segments = segments
      self.outcomes = outcomes
      self.advantages = advantages
    }
  }

  /// The responses to one question.
  public struct Group: Sendable, Equatable {
    public var item: DataRecord
    public var responses: [Response]
    /// What the policy wrote besides for the rewards that ask for it, in the order of
    /// `RewardProgram.material`.
    public var material: [[Rewards.Response?]]
    /// Why the group was left out of the update.
    public var dropped: String?

    public init(
      item: DataRecord, responses: [Response], material: [[Rewards.Response?]] = [],
      dropped: String? = nil
    ) {
      self.item = item
      self.responses = responses
      self.material = material
      self.dropped = dropped
    }
  }

  public var stage: String
  /// From 1.
  public var step: Int
  /// The data set that the records are of.
  public var data: String
  /// How many records it has.
  public var available: Int
  /// The places of the step's records in it, in the order in which they were used.
  public var records: [Int]
  /// One per record in a stage that samples responses; none in one that does not.
  public var groups: [Group]
  /// What sampling came to, as the step's metrics have it: `generated_tokens`, `resampled_groups`, …
  public var sampling: [String: Double]

  public init(
    stage: String, step: Int, data: String, available: Int, records: [Int], groups: [Group] = [],
    sampling: [String: Double] = [:]
  ) {
    self.stage = stage
    self.step = step
    self.data = data
    self.available = available
    self.records = records
    self.groups = groups
    self.sampling = sampling
  }
}

extension StepTrace.Group {
  /// A scored and credited group.
  ///
  /// - Parameters:
  ///   - logProbabilities: by response and token.
  ///   - material: what the rewards ask for, in order.
  init(
    _ scored: ScoredGroup, _ credited: CreditedGroup, logProbabilities: [[Float]],
    material: [RewardMaterial]
  ) {
    let group = scored.group
    self.init(
      item: group.item,
      responses: group.responses.indices.map { index in
        let parsed = group.responses[index]
        return StepTrace.Response(
          response: parsed.response, logProbabilities: logProbabilities[index],
          segments: parsed.tracedSegments,
          outcomes: scored.table.outcomes.mapValues { $0[index] },
          advantages: credited.dropped == nil ? credited.advantages[index] : [])
      },
      material: material.map { (group.material[$0] ?? []).map { $0?.response } },
      dropped: credited.dropped)
  }
}

extension ParsedResponse {
  fileprivate var tracedSegments: [String: StepTrace.Segment] {
    let traced = segments.map { segment in
      (
        segment.name,
        StepTrace.Segment(outcome: segment.outcome, tokens: segment.occurrences.map(\.tokens))
      )
    }
    return Dictionary(traced) { first, _ in first }
  }
}
