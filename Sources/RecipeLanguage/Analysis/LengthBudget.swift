/// How the tokens of one complete response are spent in a policy stage.
struct LengthBudget {
  let stage: RecipeOutline.Stage
  /// `max_new_tokens`.
  let limit: Int
  /// The place where it is written.
  let place: SourceSpan
  /// Tokens of all delimiters; at least one each where no tokenizer is at hand.
  let tags: Int
  /// Whether they were counted.
  let isCounted: Bool
  /// The least number of tokens inside each segment.
  let minima: [String: Int]

  /// One for every policy stage that says how long a response may be.
  static func all(_ input: CheckInput) -> [LengthBudget] {
    input.outline.stages.compactMap { LengthBudget($0, input) }
  }

  private init?(_ stage: RecipeOutline.Stage, _ input: CheckInput) {
    guard stage.is(.policy), let limit = stage.maximumNewTokens,
      let sampling = stage.record.optionalRecord("sampling")
    else { return nil }
    self.stage = stage
    self.limit = limit
    place = sampling.span(of: "max_new_tokens")
    let segments = input.outline.segments
    let counts = segments.flatMap { [$0.open, $0.close] }.map { text in
      input.facts.known { $0.tokenCount(text) }
    }
    tags = counts.reduce(0) { $0 + max(1, $1 ?? 1) }
    isCounted = !counts.contains { $0 == nil }
    let filled = input.outline.rewards.filter {
      $0.is(.format) && $0.record.optionalBoolean("allow_empty") != true
    }.flatMap(\.segments)
    minima = Dictionary(
      segments.map { ($0.name, filled.contains($0.name) ? 1 : 0) },
      uniquingKeysWith: { first, _ in first })
  }

  /// Tokens left for the named segments when all others are as short as can be; for the whole
  /// response, delimiters included, where none is named.
  func room(for segments: [String]) -> Int {
    segments.isEmpty ? limit : limit - tags - others(than: segments)
  }

  /// The least that the other segments take up.
  func others(than segments: [String]) -> Int {
    minima.filter { !segments.contains($0.key) }.values.reduce(0, +)
  }

  /// "96 `max_new_tokens` less 6 for delimiters and 2 for the other segments".
  func arithmetic(for segments: [String]) -> String {
    guard !segments.isEmpty else { return "\(limit) `max_new_tokens`" }
    let rest = others(than: segments)
    let delimiters =
      "\(limit) `max_new_tokens` less \(isCounted ? "" : "at least ")\(tags) for delimiters"
    return rest == 0 ? delimiters : "\(delimiters) and \(rest) for the other segments"
  }

  /// The rewards of the stage that pay for a number of tokens, with their windows.
  func windows(_ input: CheckInput) -> [(reward: RecipeOutline.Reward, window: Window)] {
    input.outline.scopes(of: stage).flatMap(\.rewards).compactMap { reward in
      guard reward.is(.length), let window = reward.record.optionalWindow("window"),
        window.unit == .token
      else { return nil }
      return (reward, window)
    }
  }
}
