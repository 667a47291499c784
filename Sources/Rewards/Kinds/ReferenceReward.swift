import RecipeLanguage

/// A reward that compares what segments say with a reference; 0 where one of them is not complete.
public protocol ReferenceReward: RewardKind {
  /// The segments whose text is compared.
  var of: [String] { get }
  var reference: Template { get }

  func compare(_ text: String, with reference: String) -> Double
}

extension ReferenceReward {
  public func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    let reference = try group.item.text(filling: reference)
    return group.responses.map { response in
      if let reason = Self.missingSegment(of, in: response) { return .value(0, because: reason) }
      return .value(compare(response.text(of: of), with: reference))
    }
  }
}
