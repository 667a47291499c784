import Rewards

/// What a recipe's `retrieval` block asks for: passages for every record, found by the words of one of its
/// columns.
public struct PassageRetrieval: Sendable {
  private let index: PassageIndex
  /// The column whose words are looked for.
  private let query: String
  /// Passages per record at most.
  private let count: Int

  public init(_ index: PassageIndex, query: String, count: Int) {
    self.index = index
    self.query = query
    self.count = count
  }

  /// The records with their passages, best first, which prompts show as `item.passages`.
  ///
  /// - Throws: `RetrievalError.noColumn`, `.passagesTaken`, `.index`.
  public func adding(to records: [DataRecord]) throws(RetrievalError) -> [DataRecord] {
    var records = records
    for place in records.indices {
      let record = records[place]
      guard record.passages == nil else { throw .passagesTaken(record: record.problemID) }
      guard let text = record.text(of: query) else {
        throw .noColumn(query, record: record.problemID)
      }
      records[place].passages = try index.passages(for: text, count: count)
    }
    return records
  }
}
