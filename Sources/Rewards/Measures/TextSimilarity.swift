/// How alike two texts are, in 0...1.
public enum TextSimilarity: String, CaseIterable, Sendable {
  /// F1 over shared runs of so many words, stemmed.
  case rouge1 = "rouge_1"
  case rouge2 = "rouge_2"
  case rouge3 = "rouge_3"
  case rouge4 = "rouge_4"
  case rouge5 = "rouge_5"
  /// F1 over the longest common subsequence of words, stemmed.
  case rougeL = "rouge_l"
  /// Geometric mean of the precisions of runs of up to so many words, times the brevity penalty.
  case bleu1 = "bleu_1"
  case bleu2 = "bleu_2"
  case bleu3 = "bleu_3"
  case bleu4 = "bleu_4"
  /// METEOR's exact and stem stages.
  case meteor
  /// Twice the longest common subsequence of characters over both lengths, as `rapidfuzz.fuzz.ratio`
  /// has it.
  case fuzzyMatch = "fuzzy_match"

  public func score(_ text: String, _ reference: String) -> Double {
    switch self {
    case .rouge1: Rouge.f1(text, reference, length: 1)
    case .rouge2: Rouge.f1(text, reference, length: 2)
    case .rouge3: Rouge.f1(text, reference, length: 3)
    case .rouge4: Rouge.f1(text, reference, length: 4)
    case .rouge5: Rouge.f1(text, reference, length: 5)
    case .rougeL: Rouge.longestCommonF1(text, reference)
    case .bleu1: Bleu.score(text, reference, order: 1)
    case .bleu2: Bleu.score(text, reference, order: 2)
    case .bleu3: Bleu.score(text, reference, order: 3)
    case .bleu4: Bleu.score(text, reference, order: 4)
    case .meteor: Meteor.score(text, reference)
    case .fuzzyMatch: Self.ratio(Array(text.unicodeScalars), Array(reference.unicodeScalars))
    }
  }

  private static func ratio(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Double {
    guard !a.isEmpty || !b.isEmpty else { return 1 }
    var previous = [Int](repeating: 0, count: b.count + 1)
    var current = previous
    for scalar in a {
      for (column, other) in b.enumerated() {
        current[column + 1] =
          scalar == other ? previous[column] + 1 : max(previous[column + 1], current[column])
      }
      swap(&previous, &current)
    }
    return 2 * Double(previous[b.count]) / Double(a.count + b.count)
  }
}
