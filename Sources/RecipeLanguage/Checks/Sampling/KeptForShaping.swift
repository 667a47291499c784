extension DiagnosticCode {
  static let keptForShaping = DiagnosticCode(
    5452, "kept-for-shaping",
    "Dynamic sampling keeps groups whose answers are all equally right, because shaped rewards differ.",
    Explanation(
      why: """
        Dynamic sampling replaces groups that teach nothing about being right: all right, or all wrong \
        (DAPO, arXiv 2503.14476, section 3.2). Lengths, formats and their sums with a right answer \
        differ within nearly every group, so a condition on them keeps what it is there to replace, \
        and hardly any group is ever replaced.
        """,
      example: .sections(rewards + stages(keep: "std(total) > 0")),
      nearMiss: .sections(rewards + stages(keep: "std(correct) > 0"))))

  private static let rewards = """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      length:
        kind: length
        of: [think, answer]
        window: 8..32 tok
        pays: 0.2
        when: correct > 0
        credit: reasoning
      total: {kind: expression, value: correct + length, weight: 0, credit: reasoning}
    judges: {}

    """

  private static func stages(keep: String) -> String {
    """
    stages:
      warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
      rl:
        algorithm: process_aware_grpo
        init: warm
        data: questions
        steps: 100
        prompts_per_step: 8
        group_size: 8
        sampling: {max_new_tokens: 96 tok}
        dynamic_sampling: {keep: \(keep)}
        kl: {coefficient: 0}
        learning_rate: schedules.rate
    """
  }
}

extension RecipeCheck {
  static let keptForShaping = RecipeCheck(
    .keptForShaping, reads: ["segments", "judges", "rewards", "stages"]
  ) { input in
    guard let outcome = input.outline.rewards.first(where: \.isPrimary) else { return [] }
    return input.outline.stages.compactMap { stage in
      guard let sampling = stage.record.optionalRecord("dynamic_sampling"),
        let keep = sampling.optionalExpression("keep"), let size = stage.groupSize,
        let pair = ShapedPair(whichDecides: keep, groupSize: size, in: input.outline)
      else { return nil }
      let names = pair.differing.map { "`\($0.name)`" }.joined(separator: ", ")
      return Diagnostic(
        .keptForShaping, severity: .warning,
        "stage `\(stage.name)` keeps groups whose answers are all equally right where \(names) "
          + "\(pair.differing.count == 1 ? "differs" : "differ")",
        at: sampling.span(of: "keep"),
        secondary: pair.differing.map { .init(span: input.place(of: $0), text: "shaped") },
        notes: ["with \(pair.phrase) `\(keep.text)` holds"],
        help: "ask it of the outcome, as in `std(\(outcome.name)) > 0`",
        path: "\(sampling.path).keep")
    }
  }
}

/// Two ways in which equally right responses can turn out, whose difference is why a group of both is kept.
private struct ShapedPair {
  let one: RewardOutcomeCase
  let other: RewardOutcomeCase
  /// What differs between them and is no formula over other rewards.
  let differing: [RecipeOutline.Reward]
  private let shown: [String]

  /// Pairs that are looked at before giving up.
  private static let limit = 4096

  /// Nil when there is none among the cases that are known.
  init?(whichDecides keep: Expression, groupSize: Int, in outline: RecipeOutline) {
    let read = outline.rewards.filter { keep.rewardNames.contains($0.name) }
    guard groupSize > 1, !read.isEmpty, let table = OutcomeTable(read, in: outline) else {
      return nil
    }
    let correctness = outline.rewards.filter(\.isCorrectness).map(\.name)
    func isKept(_ group: [RewardOutcomeCase]) -> Bool { keep.holds(of: group) }
    // Kept for what each of its responses is, and not for a difference.
    let cases = table.cases.filter { !isKept(Array(repeating: $0, count: groupSize)) }
    var looked = 0
    for (index, one) in cases.enumerated() {
      for other in cases[(index + 1)...]
      where correctness.allSatisfy({ one.values[$0] == other.values[$0] }) {
        looked += 1
        guard looked <= Self.limit else { return nil }
        let isDecisive = Set([1, groupSize / 2, groupSize - 1]).sorted().contains { count in
          isKept(
            Array(repeating: one, count: count)
              + Array(repeating: other, count: groupSize - count))
        }
        guard isDecisive else { continue }
        self.one = one
        self.other = other
        let changed = outline.rewards.filter { one.values[$0.name] != other.values[$0.name] }
        let shaped = changed.filter { $0.formula == nil }
        differing = shaped.isEmpty ? changed : shaped
        shown = (correctness + changed.map(\.name)).filter { one.values[$0] != nil }
        return
      }
    }
    return nil
  }

  /// "`correct` 1, `length` 0 beside `correct` 1, `length` 0.2".
  var phrase: String {
    [one, other].map { outcome in
      shown.map { "`\($0)` \(plain(outcome.values[$0] ?? 0))" }.joined(separator: ", ")
    }.joined(separator: " beside ")
  }
}

extension Expression {
  /// Whether a question about a group holds where its responses turn out like this.
  fileprivate func holds(of group: [RewardOutcomeCase]) -> Bool {
    let environment = ExpressionEnvironment(
      responses: group.map { outcome in
        { outcome.values[$0].map { .number($0) } }
      }
    ) { _ in nil }
    return value(in: environment) == .boolean(true)
  }
}
