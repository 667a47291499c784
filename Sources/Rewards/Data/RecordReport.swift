/// Why a record cannot be used.
public enum RecordFlaw: String, CaseIterable, Sendable, Codable {
  case notJSON = "not JSON"
  case notUTF8 = "not UTF-8"
  case column = "a column is missing or not of its type"
  case answer = "the answer is none of the options"
  case task = "no accuracy measure for its task type"
  case media = "without its media"
  case cut = "the file is cut short"
}

/// What became of the records of a data set.
public struct RecordReport: Sendable, Hashable, Codable {
  /// The records that were dropped for one reason.
  public struct Dropped: Sendable, Hashable, Codable {
    public var flaw: RecordFlaw
    public var count: Int
    /// The first few, each with its file and place.
    public var examples: [String]
  }

  public var kept = 0
  /// By reason, in the order of `RecordFlaw`.
  public var dropped: [Dropped] = []
  private static let exampleLimit = 3

  public init() {}

  /// Files that are cut short count as one, as nobody knows what was in them.
  public var droppedCount: Int { dropped.reduce(0) { $0 + $1.count } }

  mutating func drop(_ flaw: RecordFlaw, _ example: String) {
    if !dropped.contains(where: { $0.flaw == flaw }) {
      dropped.append(Dropped(flaw: flaw, count: 0, examples: []))
      let order = RecordFlaw.allCases
      dropped.sort { (order.firstIndex(of: $0.flaw) ?? 0) < (order.firstIndex(of: $1.flaw) ?? 0) }
    }
    guard let place = dropped.firstIndex(where: { $0.flaw == flaw }) else { return }
    dropped[place].count += 1
    if dropped[place].examples.count < Self.exampleLimit { dropped[place].examples.append(example) }
  }

  /// For people: one line in all, and one per reason.
  public var lines: [String] {
    ["\(kept) records kept, \(droppedCount) dropped"]
      + dropped.map { entry in
        "  \(entry.count) dropped, \(entry.flaw.rawValue): \(entry.examples[0])"
          + (entry.count > 1 ? ", …" : "")
      }
  }
}
