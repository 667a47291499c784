/// ROUGE by overlap of stemmed words, as the `rouge_score` package computes it with stemming on
/// (Video-R1's measure of free-form answers).
public enum Rouge {
  /// Mean of the F1 scores of ROUGE-1, ROUGE-2 and ROUGE-L, in 0...1.
  public static func meanF1(_ predicted: String, _ truth: String) -> Double {
    let prediction = tokens(predicted)
    let target = tokens(truth)
    let scores = [
      gramF1(prediction, target, length: 1), gramF1(prediction, target, length: 2),
      longestCommonF1(prediction, target),
    ]
    return scores.reduce(0, +) / 3
  }

  /// F1 of ROUGE-N: shared runs of `length` words.
  public static func f1(_ predicted: String, _ truth: String, length: Int) -> Double {
    gramF1(tokens(predicted), tokens(truth), length: length)
  }

  /// F1 of ROUGE-L: the longest common subsequence of words.
  public static func longestCommonF1(_ predicted: String, _ truth: String) -> Double {
    longestCommonF1(tokens(predicted), tokens(truth))
  }

  /// Runs of the letters a to z and digits, in lower case; words of more than 3 are stemmed.
  static func tokens(_ text: String) -> [String] {
    words(text).map { $0.utf8.count > 3 ? PorterStemmer.stem($0) : $0 }
  }

  /// Runs of the letters a to z and digits, in lower case.
  static func words(_ text: String) -> [String] {
    text.lowercased().utf8
      .split { !(UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || 0x30...0x39 ~= $0) }
      .map { String(decoding: $0, as: UTF8.self) }
  }

  private static func gramF1(_ prediction: [String], _ target: [String], length: Int) -> Double {
    func counts(_ tokens: [String]) -> [ArraySlice<String>: Int] {
      guard tokens.count >= length else { return [:] }
      let grams = (0...(tokens.count - length)).map { tokens[$0..<($0 + length)] }
      return Dictionary(grams.map { ($0, 1) }, uniquingKeysWith: +)
    }
    let ours = counts(prediction)
    let theirs = counts(target)
    let common = theirs.reduce(0) { $0 + min($1.value, ours[$1.key] ?? 0) }
    return f1(
      common, ours.values.reduce(0, +), theirs.values.reduce(0, +))
  }

  private static func longestCommonF1(_ prediction: [String], _ target: [String]) -> Double {
    var previous = [Int](repeating: 0, count: target.count + 1)
    for word in prediction {
      var current = [0]
      for (column, other) in target.enumerated() {
        let isEqual = word == other
        current.append(
          isEqual ? previous[column] + 1 : max(previous[column + 1], current[column]))
      }
      previous = current
    }
    return f1(previous[target.count], prediction.count, target.count)
  }

  private static func f1(_ common: Int, _ predicted: Int, _ target: Int) -> Double {
    guard common > 0 else { return 0 }
    let precision = Double(common) / Double(predicted)
    let recall = Double(common) / Double(target)
    return 2 * precision * recall / (precision + recall)
  }
}
