import RecipeLanguage

/// 1 when a segment's text and a reference are related as asked, else 0.
public struct TextMatchReward: ReferenceReward {
  public enum Operation: String, CaseIterable, Sendable {
    case equals, differs, contains
    case containsIgnoringCase = "contains_ignoring_case"

    func holds(_ text: String, _ reference: String) -> Bool {
      switch self {
      case .equals: text == reference
      case .differs: text != reference
      case .contains: text.contains(reference)
      case .containsIgnoringCase: text.lowercased().contains(reference.lowercased())
      }
    }
  }

  public var of: [String]
  public var operation: Operation
  public var reference: Template

  public static let schema = KindSchema(
    "text_match", summary: "1 when the text equals, or contains, a reference, else 0",
    fields: [
      RewardFields.segments,
      .optional(
        "operation", .choice(Operation.allCases.map(\.rawValue)),
        default: Operation.equals.rawValue, "how text and reference must be related"),
      RewardFields.reference,
    ], traits: [.correctness],
    signature: { reward in
      RewardSignature(
        range: 0...1, support: [0, 1], whenIncomplete: 0, reads: reward.optionalStrings("of") ?? [],
        columns: RewardFields.columns(of: reward))
    })

  public init(of: [String], operation: Operation = .equals, reference: Template) {
    self.of = of
    self.operation = operation
    self.reference = reference
  }

  public init(name: String, settings: Record, context: RewardContext) throws {
    self.init(
      of: try Self.segments(settings, context),
      operation: try settings.choice("operation", of: "reward `\(name)`"),
      reference: try settings.template("reference"))
  }

  public func compare(_ text: String, with reference: String) -> Double {
    operation.holds(text, reference) ? 1 : 0
  }
}
