/// Why passages cannot be retrieved.
public enum RetrievalError: Error, Sendable, Equatable, CustomStringConvertible {
  /// SQLite was built without its full-text index.
  case noFullTextIndex(message: String)
  /// SQLite failed otherwise.
  case index(message: String)
  /// A record has no column to look for.
  case noColumn(String, record: String)
  /// A record brings passages of its own.
  case passagesTaken(record: String)

  public var description: String {
    switch self {
    case .noFullTextIndex(let message):
      "this machine's SQLite has no full-text index (FTS5), which `retrieval` needs: \(message)"
    case .index(let message): "the index of the text collection failed: \(message)"
    case .noColumn(let column, let record):
      "`retrieval.query` is `\(column)`, which record \(record) does not have"
    case .passagesTaken(let record):
      "record \(record) has a column `passages` of its own, which `retrieval` would replace"
    }
  }
}
