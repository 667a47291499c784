import Database
import Foundation

/// What is known of the runs in a folder, so that a list of them need not read their files again:
/// `index.sqlite`. Nothing is in it that the runs' own files do not say. It is made anew when it is lost, damaged
/// or of another layout, and a row when a file of its run has changed.
final class RunIndex {
  static let file = "index.sqlite"
  /// The layout of the database.
  static let layout = 1
  /// "SvRi", so that another program's database is not taken for an index.
  static let application = 0x5376_5269

  private let database: SQLiteDatabase

  /// Opens the index of a folder. Nil where there can be none, as on a disk that cannot be written: the list is
  /// then made from the files.
  init?(in folder: URL) {
    let url = folder.appendingPathComponent(Self.file)
    guard let opened = Self.opened(url) ?? Self.remade(url) else { return nil }
    database = opened
  }

  /// The row of a run; nil where there is none for files with this fingerprint.
  func entry(_ name: String, fingerprint: String) -> RunEntry? {
    let rows = try? database.run(
      "SELECT entry FROM runs WHERE name = ? AND fingerprint = ?",
      [.text(name), .text(fingerprint)])
    guard let text = rows?.first?.first?.text else { return nil }
    return try? JSONDecoder().decode(RunEntry.self, from: Data(text.utf8))
  }

  /// Keeps rows in place of earlier ones, and forgets runs that are gone.
  ///
  /// - Parameter names: of all runs that there are.
  func keep(_ entries: [(entry: RunEntry, fingerprint: String)], of names: Set<String>) {
    let gone = ((try? database.run("SELECT name FROM runs")) ?? []).compactMap { $0.first?.text }
      .filter { !names.contains($0) }
    guard !entries.isEmpty || !gone.isEmpty,
      (try? database.run("BEGIN IMMEDIATE")) != nil
    else { return }
    for (entry, fingerprint) in entries {
      guard let data = try? JSONEncoder().encode(entry) else { continue }
      _ = try? database.run(
        "INSERT OR REPLACE INTO runs VALUES (?, ?, ?)",
        [.text(entry.name), .text(fingerprint), .text(String(decoding: data, as: UTF8.self))])
    }
    for name in gone { _ = try? database.run("DELETE FROM runs WHERE name = ?", [.text(name)]) }
    if (try? database.run("COMMIT")) == nil { _ = try? database.run("ROLLBACK") }
  }

  /// Nil for what is no index of this layout.
  private static func opened(_ url: URL) -> SQLiteDatabase? {
    guard let database = try? SQLiteDatabase(path: url.path, mayCreate: false, patience: 1),
      (try? number("application_id", database)) == application,
      (try? number("user_version", database)) == layout,
      // Reads every page: what is damaged is found now.
      (try? database.run("PRAGMA quick_check"))?.first?.first?.text == "ok"
    else { return nil }
    return database
  }

  /// A new one in its place; what is another program's is left alone.
  private static func remade(_ url: URL) -> SQLiteDatabase? {
    if FileManager.default.fileExists(atPath: url.path) {
      guard isOurs(url) else { return nil }
      for end in ["", "-journal", "-wal", "-shm"] { unlink(url.path + end) }
    }
    do {
      let database = try SQLiteDatabase(path: url.path, mayCreate: true, patience: 1)
      try database.run("PRAGMA application_id = \(application)")
      try database.run("PRAGMA user_version = \(layout)")
      try database.run(
        """
        CREATE TABLE IF NOT EXISTS runs (
          name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, entry TEXT NOT NULL) WITHOUT ROWID
        """)
      return database
    } catch {
      return nil
    }
  }

  /// Whether a file that is no index of this layout was one: it says so, or cannot be read as a database.
  private static func isOurs(_ url: URL) -> Bool {
    do {
      let database = try SQLiteDatabase(path: url.path, mayCreate: false, patience: 1)
      let known = try number("application_id", database)
      return known == application || known == 0
    } catch {
      return error.isDamage
    }
  }

  private static func number(
    _ name: String, _ database: SQLiteDatabase
  ) throws(SQLiteDatabase.Failure) -> Int? {
    try database.run("PRAGMA \(name)").first?.first?.integer
  }
}
