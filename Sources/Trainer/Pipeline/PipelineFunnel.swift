/// What became of the items of a pipeline, step by step.
public struct PipelineFunnel: Sendable, Codable, Equatable {
  public struct Step: Sendable, Codable, Equatable {
    public var name: String
    /// Responses that came to this step, over all attempts.
    public var reached: Int
    /// Those that went on.
    public var passed: Int
    /// Items that ended here: their last attempt came no further.
    public var dropped: Int

    public init(name: String, reached: Int = 0, passed: Int = 0, dropped: Int = 0) {
      self.name = name
      self.reached = reached
      self.passed = passed
      self.dropped = dropped
    }
  }

  /// Items that are done with.
  public var items = 0
  public var kept = 0
  /// Items that were written more than once.
  public var retried = 0
  public var steps: [Step]

  public init(steps: [String]) { self.steps = steps.map { Step(name: $0) } }

  /// Counts an item.
  mutating func count(_ outcome: PipelineOutcome) {
    items += 1
    if outcome.record != nil { kept += 1 }
    if outcome.attempts > 1 { retried += 1 }
    var reached = outcome.attempts
    for index in steps.indices {
      let passed = outcome.passed.indices.contains(index) ? outcome.passed[index] : 0
      steps[index].reached += reached
      steps[index].passed += passed
      if outcome.dropped?.step == steps[index].name { steps[index].dropped += 1 }
      reached = passed
    }
  }

  /// What a step record says of it.
  var values: [String: Double] {
    var values = [
      "items": Double(items), "kept": Double(kept), "retried": Double(retried),
    ]
    for step in steps {
      values["reached/\(step.name)"] = Double(step.reached)
      values["passed/\(step.name)"] = Double(step.passed)
      values["dropped/\(step.name)"] = Double(step.dropped)
    }
    return values
  }
}
