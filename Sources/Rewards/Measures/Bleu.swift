import Foundation

/// BLEU of one text against one reference (Papineni et al., 2002), without smoothing: 0 where some
/// order has no run in common.
public enum Bleu {
  /// - Parameter order: the longest runs that count; all orders up to it weigh the same.
  public static func score(_ predicted: String, _ truth: String, order: Int) -> Double {
    let (ours, theirs) = (Rouge.words(predicted), Rouge.words(truth))
    guard !ours.isEmpty, order > 0 else { return 0 }
    var logarithms = 0.0
    for length in 1...order {
      let common = matches(ours, theirs, length: length)
      guard common > 0 else { return 0 }
      logarithms += log(Double(common) / Double(ours.count - length + 1))
    }
    let brevity =
      ours.count > theirs.count ? 1 : exp(1 - Double(theirs.count) / Double(ours.count))
    return brevity * exp(logarithms / Double(order))
  }

  /// Runs of `length` words in both, each counted at most as often as the reference has it.
  private static func matches(_ ours: [String], _ theirs: [String], length: Int) -> Int {
    func counts(_ words: [String]) -> [ArraySlice<String>: Int] {
      guard words.count >= length else { return [:] }
      let runs = (0...(words.count - length)).map { words[$0..<($0 + length)] }
      return Dictionary(runs.map { ($0, 1) }, uniquingKeysWith: +)
    }
    let reference = counts(theirs)
    return counts(ours).reduce(0) { $0 + min($1.value, reference[$1.key] ?? 0) }
  }
}
