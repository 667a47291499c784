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
