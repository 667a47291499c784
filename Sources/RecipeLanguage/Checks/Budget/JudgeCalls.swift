/// The most that a recipe can ask of its judges and of its policy, factor by factor.
struct JudgeCalls {
  /// One stage, or one evaluation after its stages.
  struct Part {
    let name: String
    /// `1000 steps x 7 prompts x 8 responses`.
    let factors: [(count: Int, noun: String)]
    /// Responses that are written for each one that is judged, itself included: for rewards that ask the
    /// policy again, and in an evaluation.
    var written = 1
    let maximumNewTokens: Int

    var responses: Int { factors.reduce(1) { saturating($0, $1.count) } }
    var text: String { factors.map { "\($0.count) \($0.noun)" }.joined(separator: " x ") }
    var tokens: Int { saturating(saturating(responses, written), maximumNewTokens) }
    /// `1000 steps x 7 prompts x 8 responses x 2 texts each`.
    var writtenText: String { written == 1 ? text : "\(text) x \(written) texts each" }
  }

  let parts: [Part]
  /// The rewards that are verdicts, by judge.
  let rewards: [(judge: String, count: Int)]

  init(_ input: CheckInput) {
    let outline = input.outline
    var counts: [String: Int] = [:]
    for judge in outline.rewards.compactMap({ $0.record.optionalString("judge") }) {
      counts[judge, default: 0] += 1
    }
    rewards = counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let asked = outline.rewards.filter { $0.kind.traits.contains(.asksPolicy) }.reduce(0) {
      // A second arm can be a share of the group.
      $0 + Int(min(($1.record.optionalNumber("share") ?? 1).rounded(.up), 1000))
    }
    let stages = outline.stages.filter { $0.is(.policy) }.compactMap { stage -> Part? in
      guard let steps = stage.steps, let group = stage.groupSize,
        let prompts = stage.record.optionalInteger("prompts_per_step"),
        let tokens = stage.maximumNewTokens
      else { return nil }
      var factors: [(count: Int, noun: String)] = [
        (steps, "steps"), (prompts, "prompts"), (group, "responses"),
      ]
      if let rounds = stage.record.optionalRecord("dynamic_sampling")?.optionalInteger("rounds") {
        factors.append((1 + rounds, "rounds of sampling"))
        // A step asks no question twice.
        if let data = stage.data, let items = Self.items(of: data, input),
          saturating(prompts, 1 + rounds) > max(prompts, items)
        {
          factors = [(steps, "steps"), (max(prompts, items), "questions"), (group, "responses")]
        }
      }
      return Part(
        name: "stage \(stage.name)", factors: factors, written: 1 + asked, maximumNewTokens: tokens)
    }
    let evaluations = outline.evaluations.compactMap { evaluation -> Part? in
      guard let data = evaluation.optionalString("data"),
        let after = evaluation.optionalStrings("after"),
        let tokens = evaluation.optionalInteger("max_new_tokens"),
        let items = Self.items(of: data, input)
      else { return nil }
      return Part(
        name: "evaluation \(evaluation.name)",
        factors: [(after.count, "stages"), (items, "items")],
        written: 1 + asked + (evaluation.has("observation_only") ? 1 : 0)
          + (evaluation.optionalRecord("sampled")?.optionalInteger("responses") ?? 0),
        maximumNewTokens: tokens)
    }
    let pipelines = outline.stages.filter { Self.asksJudges($0, outline) }.compactMap {
      stage -> Part? in
      guard let data = stage.data, let items = Self.items(of: data, input),
        let attempts = stage.record.optionalInteger("attempts")
      else { return nil }
      return Part(
        name: "pipeline \(stage.name)", factors: [(items, "items"), (attempts, "attempts")],
        maximumNewTokens: 0)
    }
    parts = pipelines + stages + evaluations
  }

  /// Whether a condition of a pipeline reads a verdict, directly or through other rewards.
  private static func asksJudges(_ stage: RecipeOutline.Stage, _ outline: RecipeOutline) -> Bool {
    guard stage.is(.pipeline), let steps = stage.record.optionalRecord("steps")?.records else {
      return false
    }
    var pending = steps.flatMap { $0.optionalExpression("when")?.rewardNames ?? [] }
    var seen = Set(pending)
    while let name = pending.popLast() {
      guard let reward = outline.reward(name) else { continue }
      if reward.record.has("judge") { return true }
      pending += reward.dependencies.filter { seen.insert($0).inserted }
    }
    return false
  }

  /// As many as are generated, or as there are in the file.
  private static func items(of data: String, _ input: CheckInput) -> Int? {
    let record = input.outline.data.first { $0.name == data }
    if let clips = record?.optionalInteger("clips") { return clips }
    return input.facts.ask(for: .overBudget) { $0.recordCount(ofData: data) }
  }

  var responses: Int { parts.reduce(0) { added($0, $1.responses) } }
  /// Calls of all judges.
  var total: Int { saturating(responses, rewards.reduce(0) { $0 + $1.count }) }
  var tokens: Int { parts.reduce(0) { added($0, $1.tokens) } }

  /// The product of each part, one line each.
  func lines(_ amount: (Part) -> Int, times factor: String) -> [String] {
    parts.map { "\($0.name): \($0.text)\(factor) = \(amount($0))" }
  }
}

func saturating(_ a: Int, _ b: Int) -> Int {
  let (product, overflows) = a.multipliedReportingOverflow(by: b)
  return overflows ? .max : product
}

private func added(_ a: Int, _ b: Int) -> Int {
  let (sum, overflows) = a.addingReportingOverflow(b)
  return overflows ? .max : sum
}
