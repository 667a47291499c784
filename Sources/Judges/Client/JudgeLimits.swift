import RecipeLanguage

/// How hard a server is pressed, and how long it is waited for.
struct JudgeLimits: Sendable, Hashable {
  /// Calls in flight.
  var concurrency = 8
  var requestsPerMinute: Int?
  var tokensPerMinute: Int?
  /// Seconds for one answer.
  var timeout = 60.0
  /// Further attempts of a call.
  var retries = 3
  /// Seconds that an outage is waited out, from a call's first failure on.
  var patience = 300.0
}

extension JudgeLimits {
  init(_ settings: Record) throws {
    try self.init(
      concurrency: settings.integer("concurrency"),
      requestsPerMinute: settings.optionalInteger("requests_per_minute"),
      tokensPerMinute: settings.optionalInteger("tokens_per_minute"),
      timeout: settings.number("timeout"), retries: settings.integer("retries"),
      patience: settings.number("patience"))
  }
}

/// What tokens and calls cost.
struct JudgePrice: Sendable, Hashable {
  /// Dollars for a million tokens, where the recipe says so.
  var tokens: (input: Double, output: Double)? { input.map { ($0, output) } }
  private var input: Double?
  private var output = 0.0
  /// Dollars for one call at most.
  private var call = 0.0

  init(call: Double = 0, input: Double? = nil, output: Double = 0) {
    self.call = call
    self.input = input
    self.output = output
  }

  init(_ judge: Record) throws {
    let tokens = judge.optionalRecord("token_price")
    self.init(
      call: judge.optionalNumber("price") ?? 0, input: tokens?.optionalNumber("input"),
      output: tokens?.optionalNumber("output") ?? 0)
  }

  /// Dollars for one answer: by its tokens, or the price of a call.
  func cost(of usage: TokenUsage) -> Double {
    guard let tokens else { return call }
    return (Double(usage.input) * tokens.input + Double(usage.output) * tokens.output) / 1e6
  }
}
