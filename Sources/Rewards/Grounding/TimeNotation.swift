/// How times are written in answers.
public enum TimeNotation: String, Hashable, Sendable, CaseIterable {
  /// `3.5 to 7`, with or without a unit behind the numbers.
  case seconds
  /// `00:03-00:07`, with hours in front and a fraction behind where needed (Video-Thinker).
  case clock
  /// Numbers of frames, `12 to 30`.
  case frames
  /// Shares of the clip, `0.1 to 0.35`.
  case normalized

  /// Every span of a text from left to right, reversed ones and empty ones included. In seconds under
  /// `seconds` and `clock`, else in the notation's own unit.
  public func spans(in text: String) -> [TimeSpan] {
    let form: WrittenSpan.Form = self == .clock ? .clock : .number
    return WrittenSpan.all(in: text).filter { $0.form == form }.map(\.span)
  }
}
