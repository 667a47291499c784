import Database
import Rewards
import Synchronization

/// Finds the passages of a collection that have most in common with a text: SQLite's full-text index
/// FTS5 in memory, ranked by BM25 (Robertson and Zaragoza 2009) with SQLite's k1 = 1.2 and b = 0.75.
///
/// Equal collections and texts give equal passages in equal order: those of equal rank come in the order of
/// the collection.
public final class PassageIndex: Sendable {
  /// SQLite connections may change threads, one call at a time.
  private struct Connection: @unchecked Sendable {
    let database: SQLiteDatabase
  }

  private let connection: Mutex<Connection>

  /// - Throws: `RetrievalError.noFullTextIndex`, `.index`.
  public init(_ collection: TextCollection) throws(RetrievalError) {
    let database: SQLiteDatabase
    do {
      database = try SQLiteDatabase(path: ":memory:", mayCreate: true)
    } catch {
      throw .index(message: error.message)
    }
    do {
      try database.run("CREATE VIRTUAL TABLE passages USING fts5(text, tokenize = 'unicode61')")
    } catch {
      throw error.message.contains("no such module")
        ? .noFullTextIndex(message: error.message) : .index(message: error.message)
    }
    do {
      try database.run("BEGIN")
      for passage in collection.passages {
        try database.run("INSERT INTO passages (text) VALUES (?)", [.text(passage)])
      }
      try database.run("COMMIT")
    } catch {
      throw .index(message: error.message)
    }
    connection = Mutex(Connection(database: database))
  }

  /// The passages that share most with a text, best first; none for a text without a known word.
  ///
  /// - Throws: `RetrievalError.index`.
  public func passages(for text: String, count: Int) throws(RetrievalError) -> [String] {
    guard let expression = FullTextQuery(text).expression else { return [] }
    let found = connection.withLock { connection in
      Result { () throws(SQLiteDatabase.Failure) in
        try connection.database.run(
          """
          SELECT text FROM passages WHERE passages MATCH ? ORDER BY bm25(passages), rowid LIMIT ?
          """, [.text(expression), .integer(count)])
      }
    }
    switch found {
    case .success(let rows): return rows.compactMap { $0.first?.text }
    case .failure(let failure): throw .index(message: failure.message)
    }
  }
}
