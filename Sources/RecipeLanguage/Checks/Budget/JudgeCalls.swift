/// The most that a recipe can ask of its judges, of generators over the network and of its policy, factor by factor.
struct JudgeCalls {
  /// A stage, an evaluation after its stages, or one of the things that either does.
  struct Part {
    let name: String
    /// `1000 steps x 7 prompts x 8 responses`.
    let factors: [(count: Int, noun: String)]
    /// Questions each time, by the path of who is asked, `judges.sufficiency`.
    var asked: [String: Int] = [:]
    /// What asks: `judge rewards`.
    var askers = "judge rewards"
    /// The longest response that the policy writes each time; 0 where it writes none.
    var maximumNewTokens = 0
    /// Responses that are written each time: more than one where rewards ask the policy again.
    var written = 1

    var times: Int { factors.reduce(1) { saturating($0, $1.count) } }
    var text: String { factors.map { "\($0.count) \($0.noun)" }.joined(separator: " x ") }
    var questions: Int { saturating(times, asked.values.reduce(0, +)) }
    var tokens: Int { saturating(saturating(times, written), maximumNewTokens) }
    /// `1000 steps x 7 prompts x 8 responses x 2 texts each`.
    var writtenText: String { written == 1 ? text : "\(text) x \(written) texts each" }
  }

  let parts: [Part]
  /// Stages and evaluations of data with an unknown number of items: not in `parts`.
  let uncounted: [String]

  init(_ input: CheckInput) {
    let view = JudgedRewards(input)
    var parts: [Part] = []
    var uncounted: [String] = []
    func add(_ name: String, _ made: [Part]?) {
      if let made { parts += made } else { uncounted.append(name) }
    }
    for stage in input.outline.stages where stage.is(.pipeline) {
      let name = "pipeline \(stage.name)"
      add(name, Self.pipeline(stage, named: name, view, input))
    }
    for stage in input.outline.stages where stage.is(.policy) {
      parts += Self.policy(stage, view, input) ?? []
    }
    for evaluation in input.outline.evaluations {
      let name = "evaluation \(evaluation.name)"
      add(name, Self.evaluation(evaluation, named: name, view, input))
    }
    self.parts = parts.filter { $0.questions > 0 || $0.tokens > 0 }
    self.uncounted = uncounted
  }

  /// Questions to judges, and to generators over the network.
  var total: Int { parts.reduce(0) { added($0, $1.questions) } }
  var tokens: Int { parts.reduce(0) { added($0, $1.tokens) } }

  /// Questions to one of them, by the path of its entry.
  func questions(to path: String) -> Int {
    parts.reduce(0) { added($0, saturating($1.times, $1.asked[path] ?? 0)) }
  }

  /// The product of each part that asks, one line each.
  var questionLines: [String] {
    parts.filter { $0.questions > 0 }.map { part in
      "\(part.name): \(part.text) x \(part.asked.values.reduce(0, +)) \(part.askers)"
        + " = \(part.questions)"
    }
  }

  /// The product of each part in which the policy writes, one line each.
  var tokenLines: [String] {
    parts.filter { $0.tokens > 0 }.map { part in
      "\(part.name): \(part.writtenText) x \(part.maximumNewTokens) tok = \(part.tokens)"
    }
  }
}

extension JudgeCalls {
  private static func policy(
    _ stage: RecipeOutline.Stage, _ view: JudgedRewards, _ input: CheckInput
  ) -> [Part]? {
    guard let steps = stage.steps, let group = stage.groupSize,
      let prompts = stage.record.optionalInteger("prompts_per_step"),
      let tokens = stage.maximumNewTokens
    else { return nil }
    var factors = [(steps, "steps"), (prompts, "prompts"), (group, "responses")]
    // Every round can replace every group.
    if let rounds = stage.record.optionalRecord("dynamic_sampling")?.optionalInteger("rounds") {
      factors.append((added(rounds, 1), "rounds of sampling"))
      // A step asks no question twice.
      if let data = stage.data, let items = items(of: data, input),
        saturating(prompts, added(rounds, 1)) > max(prompts, items)
      {
        factors = [(steps, "steps"), (max(prompts, items), "questions"), (group, "responses")]
      }
    }
    return [
      Part(
        name: "stage \(stage.name)", factors: factors, asked: view.all, maximumNewTokens: tokens,
        written: 1 + view.textsAsked)
    ]
  }

  private static func evaluation(
    _ evaluation: Record, named name: String, _ view: JudgedRewards, _ input: CheckInput
  ) -> [Part]? {
    guard let data = evaluation.optionalString("data"),
      let after = evaluation.optionalStrings("after"),
      let tokens = evaluation.optionalInteger("max_new_tokens")
    else { return [] }
    guard let items = items(of: data, input) else { return nil }
    guard let times = times(of: evaluation, after, input) else { return nil }
    let factors = [times, (items, "items")]
    var parts = [
      Part(
        name: name, factors: factors, asked: view.all, maximumNewTokens: tokens,
        written: 1 + view.textsAsked)
    ]
    if let responses = evaluation.optionalRecord("sampled")?.optionalInteger("responses") {
      // Of sampled responses only the format is measured.
      parts.append(
        Part(
          name: "\(name), sampled", factors: factors + [(responses, "responses")],
          maximumNewTokens: tokens))
    }
    if evaluation.has("observation_only") {
      parts.append(
        Part(
          name: "\(name), observation only", factors: factors, asked: view.ofPrimary,
          maximumNewTokens: tokens))
    }
    return parts
  }

  /// How often an evaluation is asked: at the ends of stages, and within them; nil where a stage's steps are
  /// not known.
  private static func times(
    of evaluation: Record, _ after: [String], _ input: CheckInput
  ) -> (count: Int, noun: String)? {
    guard let every = evaluation.optionalInteger("every") else { return (after.count, "stages") }
    var count = after.count
    for stage in after.compactMap(input.outline.stage) {
      guard let steps = input.steps(of: stage, for: .overBudget) else { return nil }
      count = added(
        count,
        StageLength.evaluations(
          within: steps, every: every, choosing: stage.best?.evaluation == evaluation.name))
    }
    return (count, "times")
  }

  private static func pipeline(
    _ stage: RecipeOutline.Stage, named name: String, _ view: JudgedRewards, _ input: CheckInput
  ) -> [Part]? {
    guard let data = stage.data, let attempts = stage.record.optionalInteger("attempts"),
      let steps = stage.record.optionalRecord("steps")?.records
    else { return [] }
    let writers = steps.compactMap { $0.optionalString("by") }.map { "generators.\($0)" }
      .filter(input.remoteGenerators.contains)
    let asked = steps.map { view.read(by: $0.optionalExpression("when")?.rewardNames ?? []) }
      .reduce([:]) { $0.merging($1, uniquingKeysWith: +) }
    guard !writers.isEmpty || !asked.isEmpty else { return [] }
    guard let items = items(of: data, input) else { return nil }
    let factors = [(items, "items"), (attempts, "attempts")]
    return [
      Part(
        name: name, factors: factors,
        asked: Dictionary(writers.map { ($0, 1) }, uniquingKeysWith: +),
        askers: "steps by generators"),
      Part(name: name, factors: factors, asked: asked),
    ]
  }

  /// As many as are generated, or as there are in the file; of what a pipeline makes as many as it is given.
  private static func items(
    of data: String, _ input: CheckInput, seen: Set<String> = []
  ) -> Int? {
    if let name = RecipeOutline.Stage.name(ofItems: data) {
      guard !seen.contains(name), let source = input.outline.stage(name)?.data else { return nil }
      return items(of: source, input, seen: seen.union([name]))
    }
    let record = input.outline.data.first { $0.name == data }
    if let clips = record?.optionalInteger("clips") { return clips }
    return input.facts.ask(for: .overBudget) { $0.recordCount(ofData: data) }
  }
}

/// Which rewards ask judges for a verdict, and the policy for further texts.
private struct JudgedRewards {
  private let outline: RecipeOutline

  init(_ input: CheckInput) { outline = input.outline }

  /// Texts that rewards ask the policy for besides one response.
  var textsAsked: Int {
    outline.rewards.filter { $0.is(.asksPolicy) }.reduce(0) {
      // A second arm can be a share of the group.
      $0 + Int(min(($1.record.optionalNumber("share") ?? 1).rounded(.up), 1000))
    }
  }

  /// Questions about one response that every reward measures, by judge.
  var all: [String: Int] { count(outline.rewards) }

  /// Questions about one response that the primary reward alone measures, by judge.
  var ofPrimary: [String: Int] {
    let primary =
      outline.rewards.first(where: \.isPrimary)
      ?? outline.rewards.first { $0.kind.name == "accuracy" }
    return read(by: [primary?.name].compactMap { $0 })
  }

  /// Questions about one response for these rewards, by judge: what they read is measured too.
  func read(by names: [String]) -> [String: Int] {
    var pending = names
    var seen = Set(names)
    while let name = pending.popLast() {
      pending += (outline.reward(name)?.dependencies ?? []).filter { seen.insert($0).inserted }
    }
    return count(outline.rewards.filter { seen.contains($0.name) })
  }

  private func count(_ rewards: [RecipeOutline.Reward]) -> [String: Int] {
    Dictionary(
      rewards.compactMap { $0.record.optionalString("judge") }.map { ("judges.\($0)", 1) },
      uniquingKeysWith: +)
  }
}

extension CheckInput {
  /// The paths of generators that are asked over the network.
  fileprivate var remoteGenerators: Set<String> {
    Set(
      kinds.filter { kind, record in
        kind.traits.contains(.remote) && record.path == "generators.\(record.name)"
      }.map(\.record.path))
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
