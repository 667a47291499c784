extension Credit {
  /// What becomes of a response that the limit on new tokens cut.
  public enum Truncation: String, Hashable, Sendable, CaseIterable, Codable {
    /// It is scored as it stands.
    case score
    /// It is no example of anything (DAPO's overlong filtering): its totals are left out of every
    /// mean and deviation, as if it had abstained, and all its tokens get advantage 0. They still
    /// count in the averages of the loss and in the KL penalty.
    case mask
  }

  /// Where tokens belong that no process claims for sure, under process-aware credit.
  public struct Rules: Hashable, Sendable {
    /// Whose the tokens of delimiters are.
    public enum Tags: String, Hashable, Sendable, CaseIterable {
      /// The segment's that they delimit.
      case segment
      /// Part of the rest.
      case rest
    }

    /// What the tokens outside all complete segments get.
    public enum Rest: String, Hashable, Sendable, CaseIterable {
      /// The normalized sum of the process rewards.
      case sum
      /// Nothing: their advantage is 0, and only the KL penalty acts on them.
      case none
    }

    public var tags: Tags
    public var rest: Rest

    public init(tags: Tags = .segment, rest: Rest = .sum) {
      self.tags = tags
      self.rest = rest
    }
  }
}

extension ParsedResponse {
  /// The process of every token under these rules; nil for tokens of the rest.
  public func processes(_ rules: Credit.Rules) -> [String?] {
    var processes = processes()
    guard rules.tags == .rest else { return processes }
    for occurrence in segments.flatMap(\.occurrences) {
      for token in occurrence.tokens where !occurrence.contentTokens.contains(token) {
        processes[token] = nil
      }
    }
    return processes
  }
}
