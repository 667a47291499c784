import RecipeLanguage

/// The score that a judge gives to the named segments (VIDEOP2R eq. 3: 1 when the observation
/// alone supports the correct answer). No judge is asked about a segment that is not found: such a
/// response scores 0. A segment without text is worth what the judge's `empty_text` says.
public struct JudgeReward: RewardKind {
  public var of: [String]
  public var binding: JudgeBinding

  public static let schema = KindSchema(
    "judge", summary: "the score that a judge gives to the named segments",
    fields: [
      .required("judge", .reference(.judges), "who judges"), RewardFields.segments,
    ], traits: [.correctness],
    signature: { reward in
      RewardSignature(
        range: range, attains: [range.lowerBound, range.upperBound],
        whenIncomplete: range.lowerBound, reads: reward.optionalStrings("of") ?? [],
        isPure: false, mayAbstain: true)
    }, codes: [RewardDiagnostics.unseenSegment],
    check: { record, context in
      guard let judge = record.optionalString("judge"), let segments = record.optionalStrings("of"),
        let entry = context.root.optionalRecord("judges")?.optionalRecord(judge),
        let sees = entry.optionalStrings("sees")
      else { return [] }
      return segments.filter { !sees.contains("segment.\($0)") }.map { segment in
        Diagnostic(
          RewardDiagnostics.unseenSegment,
          "judge `\(judge)` is to score segment `\(segment)`, which it does not see",
          at: record.span(of: "of"),
          secondary: [.init(span: entry.span(of: "sees"), text: "sees this")],
          help: "add `segment.\(segment)` to `judges.\(judge).sees`", path: context.path)
      }
    })

  public init(of: [String], binding: JudgeBinding) {
    self.of = of
    self.binding = binding
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    let judge = try settings.string("judge")
    guard let binding = context.judges[judge] else {
      throw RewardError.unknown(
        what: "judge", name: judge,
        help: Suggestion.help(for: judge, among: context.judges.keys.sorted()))
    }
    self.init(of: try Self.segments(settings, context), binding: binding)
  }

  /// Scores outside are failures of the judge.
  private static let range = 0.0...1.0

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    try await withThrowingTaskGroup(of: (Int, RewardOutcome).self) { tasks in
      for (index, response) in group.responses.enumerated() {
        tasks.addTask { (index, try await self.outcome(group, response)) }
      }
      var outcomes: [Int: RewardOutcome] = [:]
      for try await (index, outcome) in tasks { outcomes[index] = outcome }
      return group.responses.indices.compactMap { outcomes[$0] }
    }
  }

  private func outcome(
    _ group: RewardGroup, _ response: ParsedResponse
  ) async throws -> RewardOutcome {
    let needed = of + binding.segments.filter { !of.contains($0) }
    if let reason = Self.missingSegment(needed, in: response) { return .value(0, because: reason) }
    if let outcome = empty(needed, in: response) { return outcome }
    let request = try binding.request(
      item: group.item, media: group.media, response: response)
    let verdict: JudgeVerdict
    do {
      verdict = try await binding.judge.verdict(request)
    } catch let error as CancellationError {
      throw error
    } catch let error as any JudgeHalt {
      throw error
    } catch {
      return try afterFailure("\(error)")
    }
    guard Self.range.contains(verdict.score) else {
      return try afterFailure("score \(verdict.score) is outside 0...1")
    }
    let explanation = verdict.explanation.trimmingWhitespace
    return .value(
      verdict.score,
      because: explanation.isEmpty ? verdict.label : "\(verdict.label): \(explanation)")
  }

  /// The outcome where a segment that the judge sees holds no text; nil where the judge decides.
  private func empty(_ segments: [String], in response: ParsedResponse) -> RewardOutcome? {
    guard binding.emptyText != .ask,
      let name = segments.first(where: { response.segment($0)?.trimmed.isEmpty ?? false })
    else { return nil }
    let reason = "\(name): empty"
    return binding.emptyText == .abstain ? .abstained(reason) : .value(0, because: reason)
  }

  private func afterFailure(_ message: String) throws -> RewardOutcome {
    let reason = "judge \(binding.name) failed: \(message)"
    switch binding.onFailure {
    case .dropGroup: return .failed(reason)
    case .abstain: return .abstained(reason)
    case .zero: return .value(0, because: reason)
    case .stop: throw RewardError.judgeStopped(judge: binding.name, reason: message)
    }
  }
}
