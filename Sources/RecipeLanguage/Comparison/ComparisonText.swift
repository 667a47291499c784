import Foundation

/// A comparison for people and for programs.
extension RecipeComparison {
  /// One paragraph per difference, and a last line that says whether results can differ.
  public var text: String {
    var lines: [String] = []
    for difference in differences {
      let sign =
        switch difference.change {
        case .added: "+"
        case .removed: "-"
        case .changed: "~"
        }
      lines.append("\(sign) \(difference.path)   (affects \(difference.effect.phrase))")
      if let old = difference.old { lines.append("    - \(old.value)   \(old.origin)") }
      if let new = difference.new { lines.append("    + \(new.value)   \(new.origin)") }
    }
    if !lines.isEmpty { lines.append("") }
    lines.append(verdict)
    return lines.joined(separator: "\n") + "\n"
  }

  private var verdict: String {
    let count = differences.count { $0.changesResults }
    if differences.isEmpty { return "the recipes mean the same" }
    if count == 0 { return "results cannot differ" }
    return "results can differ: \(count) of \(differences.count) "
      + (differences.count == 1 ? "difference counts" : "differences count")
  }

  /// `sousvide.diff/1`, documented in `grammar/README.md`.
  public func json() throws -> Data {
    struct Side: Encodable {
      var value: String
      var origin: String
    }
    struct Difference: Encodable {
      var path: String
      var change: String
      var effect: String
      var old: Side?
      var new: Side?
    }
    struct Page: Encodable {
      var schema = "sousvide.diff/1"
      var resultsCanDiffer: Bool
      var differences: [Difference]

      enum CodingKeys: String, CodingKey {
        case schema, differences
        case resultsCanDiffer = "results_can_differ"
      }
    }
    func side(_ side: RecipeDifference.Side?) -> Side? {
      side.map { Side(value: $0.value, origin: $0.origin) }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(
      Page(
        resultsCanDiffer: resultsCanDiffer,
        differences: differences.map {
          Difference(
            path: $0.path, change: $0.change.rawValue, effect: $0.effect.rawValue,
            old: side($0.old), new: side($0.new))
        }))
  }
}
