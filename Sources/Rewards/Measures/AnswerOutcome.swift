/// What became of the answer of one response: what scores 0 without having been wrong is told apart.
public enum AnswerOutcome: String, Hashable, Sendable, Codable, CaseIterable {
  /// It can be compared with the truth.
  case answered
  /// The segment that should hold it is not complete.
  case missing
  /// It is there, and is no number, option or span where the problem type asks for one.
  case unreadable
  /// The record cannot be scored: its own answer is unusable, or nothing measures its problem type.
  case untestable

  /// - Parameters:
  ///   - answer: the text of the answer's segment; nil where that is not complete.
  ///   - primary: what the reward that decides about right and wrong said.
  public init(_ answer: String?, to item: DataRecord, primary: RewardOutcome?) {
    if primary.map({ $0.value == nil }) ?? true {
      self = .untestable
    } else if let answer {
      self = Self.isReadable(answer, item) ? .answered : .unreadable
    } else {
      self = .missing
    }
  }

  private static func isReadable(_ answer: String, _ item: DataRecord) -> Bool {
    switch item.problemType {
    case "numerical", "regression", "near": TaskAccuracy.number(answer) != nil
    case "temporal grounding": TimeSpan(lastIn: answer) != nil
    case "multiple choice":
      item.options.isEmpty
        ? !answer.isEmpty : OptionAnswer.index(of: answer, in: item.options) != nil
    default: !answer.isEmpty
    }
  }
}
