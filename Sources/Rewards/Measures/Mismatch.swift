/// Whether the thinking arrives at another answer than the one that is given.
///
/// The papers have a language model extract the option that the thinking ends on (VIDEOP2R 12.1).
/// Here the thinking's last words stand for it, as many as the answer has, without punctuation at
/// their ends: exact for texts that end on their conclusion, as ClipWorld's do.
public enum Mismatch {
  /// Nil when either text has no words, so that nothing can be said.
  public static func thinkVersusAnswer(think: String, answer: String) -> Bool? {
    let answerWords = answer.words.map(bare).filter { !$0.isEmpty }
    let thinkWords = think.words.map(bare).filter { !$0.isEmpty }
    guard !answerWords.isEmpty, !thinkWords.isEmpty else { return nil }
    return Array(thinkWords.suffix(answerWords.count)) != answerWords
  }

  /// The same for a question with options: the option that the thinking names last against the one
  /// that the answer names. Where the question has none, or the answer names none of them, by words.
  public static func thinkVersusAnswer(
    think: String, answer: String, options: [String]
  ) -> Bool? {
    guard OptionAnswer.index(of: answer, in: options) != nil else {
      return thinkVersusAnswer(think: think, answer: answer)
    }
    return namedOptions(think: think, answer: answer, options: options)
  }

  /// The same for two segments of a response to a question with these options; nil when either is not
  /// found.
  public static func thinkVersusAnswer(
    _ response: ParsedResponse, think: String, answer: String, options: [String]
  ) -> Bool? {
    guard let thinking = response.segment(think), thinking.isFound,
      let given = response.segment(answer), given.isFound
    else { return nil }
    return thinkVersusAnswer(think: thinking.content, answer: given.content, options: options)
  }

  /// The rule of VIDEOP2R's Table 6: the option that the thinking names last against the one that the
  /// answer names. Nil for a question without options, and where either names none of them.
  public static func namedOptions(
    think: String, answer: String, options: [String]
  ) -> Bool? {
    guard let given = OptionAnswer.index(of: answer, in: options) else { return nil }
    return OptionAnswer.lastIndex(namedIn: think, of: options).map { $0 != given }
  }

  /// A word without punctuation at its ends.
  private static func bare(_ word: String) -> String {
    let inner = word.drop { $0.isPunctuation }
    let end = inner.lastIndex { !$0.isPunctuation }
    return end.map { String(inner[...$0]) } ?? ""
  }
}
