import RecipeLanguage

/// 1 when every named segment is in its place, else 0 (VIDEOP2R's R_form, section 3.2.2: the
/// observation for perception; a trace and an answer for reasoning).
public struct FormatReward: RewardKind {
  /// Segments that must be found.
  public var of: [String]
  /// Whether a segment may hold nothing but white space.
  public var allowsEmpty: Bool
  /// Whether text may stand outside all segments.
  public var allowsStrayText: Bool

  public static let schema = KindSchema(
    "format", summary: "1 when the named segments are complete and in order, else 0",
    fields: [
      RewardFields.segments,
      .optional(
        "allow_empty", .boolean, default: "false", "whether a segment may hold only white space"),
      .optional(
        "allow_stray_text", .boolean, default: "true",
        "whether text other than white space may stand outside the segments"),
    ], traits: [.format],
    signature: { reward in
      RewardSignature(
        range: 0...1, support: [0, 1],
        whenComplete: reward.optionalBoolean("allow_stray_text") == false ? [0, 1] : [1],
        whenIncomplete: 0, reads: reward.optionalStrings("of") ?? [])
    })

  public init(of: [String], allowsEmpty: Bool = false, allowsStrayText: Bool = true) {
    self.of = of
    self.allowsEmpty = allowsEmpty
    self.allowsStrayText = allowsStrayText
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    self.init(
      of: try Self.segments(settings, context),
      allowsEmpty: try settings.boolean("allow_empty"),
      allowsStrayText: try settings.boolean("allow_stray_text"))
  }

  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    group.responses.map { response in
      if let reason = fault(in: response) { return .value(0, because: reason) }
      return .value(1)
    }
  }

  private func fault(in response: ParsedResponse) -> String? {
    if let reason = Self.missingSegment(of, in: response) { return reason }
    if !allowsEmpty, let empty = of.first(where: { response.segment($0)?.trimmed.isEmpty ?? true })
    {
      return "\(empty): empty"
    }
    if !allowsStrayText, response.strayText { return "text outside the segments" }
    return nil
  }
}
