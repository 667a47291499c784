extension String {
  /// The text without white space at its two ends.
  var trimmingWhitespace: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }),
      let last = lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(self[first...last])
  }

  /// The words between white space.
  var words: [String] { split { $0.isWhitespace }.map { String($0) } }
}
