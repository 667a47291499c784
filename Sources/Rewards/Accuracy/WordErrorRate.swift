extension TaskAccuracy {
  /// Word-level edit distance over the number of words in the reference (at least 1).
  public static func wordErrorRate(_ predicted: String, _ truth: String) -> Double {
    let hypothesis = predicted.words
    let reference = truth.words
    var previous = Array(0...hypothesis.count)
    for (row, word) in reference.enumerated() {
      var current = [row + 1]
      current.reserveCapacity(hypothesis.count + 1)
      for (column, other) in hypothesis.enumerated() {
        let substituted = previous[column] + (word == other ? 0 : 1)
        current.append(min(substituted, previous[column + 1] + 1, current[column] + 1))
      }
      previous = current
    }
    return Double(previous[hypothesis.count]) / Double(max(1, reference.count))
  }
}
