import Database
import Foundation
import Rewards
import Synchronization

/// Every answer that a judge gave, by the digest of the question: equal questions are asked once,
/// and a run can be repeated without the network. Questions that were given up are kept as well, until
/// they are answered.
///
/// Several processes may share one tape. The first answer to a question stays; who comes second gets
/// that one, so that all have the same verdicts.
public final class JudgeTape: Sendable {
  /// The layout of the database. A tape of a later layout is refused; layout 1 had no failures, layout 2
  /// no models, layout 3 no media, layout 4 no digests.
  static let layout = 5
  /// "SvJt", so that another program's database is not taken for a tape.
  static let application = 0x5376_4A74

  public let path: String
  /// Told of everything that the tape was asked for and has.
  private let used: @Sendable (TapeEntry) throws -> Void
  private let database: Mutex<Connection>

  /// SQLite connections may change threads, one call at a time.
  private struct Connection: @unchecked Sendable {
    let database: SQLiteDatabase
    let layout: Int
  }

  /// Opens a tape and makes it when it is not there. A damaged one is moved aside, to
  /// `<name>.damaged-1`, `-2`, …, and a new one begun.
  ///
  /// - Parameters:
  ///   - isReplay: never make one, and leave a damaged one where it is.
  ///   - announce: told when a damaged tape is moved aside.
  ///   - used: told of everything that the tape was asked for and has, as often as it is.
  /// - Throws: `JudgeError.noTape`, `.damagedTape`, `.tape`, `.diskFull`.
  public init(
    at url: URL, isReplay: Bool = false,
    announce: @Sendable (String) -> Void = { _ in },
    used: @escaping @Sendable (TapeEntry) throws -> Void = { _ in }
  ) throws {
    path = url.path
    self.used = used
    guard !isReplay || FileManager.default.fileExists(atPath: path) else {
      throw JudgeError.noTape(path: path)
    }
    let opened: Connection
    if isReplay {
      opened = try Self.naming(path) { try Self.open(url.path, mayCreate: false) }
    } else {
      do {
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      } catch {
        throw JudgeError.tape(path: path, message: error.localizedDescription)
      }
      opened = try Self.openOrReplace(url, announce)
    }
    database = Mutex(opened)
  }

  /// A tape in memory, of what a run was told.
  ///
  /// - Parameter file: where it is from, for errors.
  /// - Throws: `JudgeError.tape`.
  public init(_ entries: [TapeEntry], of file: URL) throws {
    path = file.path
    used = { _ in }
    database = Mutex(try Self.naming(path) { try Self.open(":memory:", mayCreate: true) })
    _ = try with { try $0.database.run("BEGIN") }
    for entry in entries {
      switch entry {
      case .answer(let answer): _ = try keep(answer)
      case .failure(let failure): try keep(failure)
      case .model(let model): try note(model: model.name, digest: model.digest)
      case .media(let media): try note(media: media.name, digest: media.digest)
      }
    }
    _ = try with { try $0.database.run("COMMIT") }
  }

  /// The answer to a question; nil when it was never asked.
  public func answer(_ key: String) throws -> TapeAnswer? {
    let answer = try with { tape in
      try tape.database.run(
        "SELECT \(Self.columns(tape)) FROM answers WHERE key = ?", [.text(key)])
    }.first.map(read)
    if let answer { try used(.answer(answer)) }
    return answer
  }

  /// Why a question was given up when it was last asked; nil when it never was, or is answered.
  public func failure(_ key: String) throws -> TapeFailure? {
    let columns = TapeFailure.columns.joined(separator: ", ")
    let rows = try with { tape in
      guard tape.layout >= 2 else { return [] }
      return try tape.database.run(
        """
        SELECT \(columns) FROM failures WHERE key = ?1
        AND NOT EXISTS (SELECT 1 FROM answers WHERE key = ?1)
        """, [.text(key)])
    }
    guard let row = rows.first else { return nil }
    guard let failure = TapeFailure(row) else {
      throw JudgeError.damagedTape(path: path, message: "the failure \(key) is not readable")
    }
    try used(.failure(failure))
    return failure
  }

  /// Keeps a failure in place of an earlier one.
  public func keep(_ failure: TapeFailure) throws {
    _ = try with { tape in
      try tape.database.run(
        "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)", failure.values)
    }
    try used(.failure(failure))
  }

  /// Keeps an answer, unless there is one already. It takes the place of a failure.
  ///
  /// - Returns: the answer that the tape has from now on.
  public func keep(_ answer: TapeAnswer) throws -> TapeAnswer {
    let values = try answer.values
    let places = (values + [.null]).map { _ in "?" }.joined(separator: ", ")
    _ = try with { tape in
      try tape.database.run(
        "INSERT OR IGNORE INTO answers (\(Self.columns(tape))) VALUES (\(places))",
        values + [.text(TapeAnswer.digest(of: values))])
      return try tape.database.run("DELETE FROM failures WHERE key = ?", [.text(answer.key)])
    }
    return try self.answer(answer.key) ?? answer
  }

  /// Notes what is in the folder of a model that this program runs itself, so that the tape answers for
  /// it where the folder is gone.
  ///
  /// - Parameters:
  ///   - name: as the recipe names the folder, or the folder itself.
  ///   - digest: of the model's files.
  public func note(model name: String, digest: String) throws {
    _ = try with { tape in
      try tape.database.run(
        "INSERT OR REPLACE INTO models VALUES (?, ?)", [.text(name), .text(digest)])
    }
    try used(.model(TapeDigest(name: name, digest: digest)))
  }

  /// What was in the folder of a model when it was last asked; nil when it never was.
  public func digest(ofModel name: String) throws -> String? {
    let rows = try with { tape in
      guard tape.layout >= 3 else { return [] }
      return try tape.database.run("SELECT digest FROM models WHERE name = ?", [.text(name)])
    }
    guard let digest = rows.first?.first?.text else { return nil }
    try used(.model(TapeDigest(name: name, digest: digest)))
    return digest
  }

  /// Notes what is shown of an item's media, so that the tape answers about them where their file is gone.
  ///
  /// - Parameters:
  ///   - name: which file it is and how it is looked at.
  ///   - digest: of what is shown.
  public func note(media name: String, digest: String) throws {
    try used(.media(TapeDigest(name: name, digest: digest)))
    guard try self.digest(ofMedia: name) != digest else { return }
    _ = try with { tape in
      try tape.database.run(
        "INSERT OR REPLACE INTO media VALUES (?, ?)", [.text(name), .text(digest)])
    }
  }

  /// What was shown of an item's media when somebody last looked; nil when nobody has.
  public func digest(ofMedia name: String) throws -> String? {
    let rows = try with { tape in
      guard tape.layout >= 4 else { return [] }
      return try tape.database.run("SELECT digest FROM media WHERE name = ?", [.text(name)])
    }
    guard let digest = rows.first?.first?.text else { return nil }
    try used(.media(TapeDigest(name: name, digest: digest)))
    return digest
  }

  /// The name of media that were shown with this digest, for people.
  public func name(ofMedia digest: String) throws -> String? {
    try with { tape in
      guard tape.layout >= 4 else { return [] }
      return try tape.database.run(
        "SELECT name FROM media WHERE digest = ? ORDER BY name LIMIT 1", [.text(digest)])
    }.first?.first?.text
  }

  /// All answers to one prompt, by key.
  public func answers(prompt: String) throws -> [TapeAnswer] {
    try with { tape in
      try tape.database.run(
        "SELECT \(Self.columns(tape)) FROM answers WHERE prompt = ? ORDER BY key", [.text(prompt)])
    }.map(read)
  }

  /// For tests: a statement on the same connection.
  func execute(_ sql: String) throws { _ = try with { try $0.database.run(sql) } }

  private static func columns(_ tape: Connection) -> String {
    (TapeAnswer.columns + (tape.layout >= 5 ? ["digest"] : [])).joined(separator: ", ")
  }

  private func read(_ row: [SQLiteDatabase.Value]) throws -> TapeAnswer {
    guard let answer = TapeAnswer(row) else {
      throw JudgeError.damagedTape(
        path: path, message: "the answer \(row.first?.text ?? "without a key") is not readable")
    }
    return answer
  }

  private func with(
    _ body: (Connection) throws -> [[SQLiteDatabase.Value]]
  ) throws -> [[SQLiteDatabase.Value]] {
    try database.withLock { connection in
      try Self.naming(path) { try body(connection) }
    }
  }

  /// Failures of the database as errors that name the file.
  private static func naming<Result>(_ path: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let failure as SQLiteDatabase.Failure {
      if failure.isDamage { throw JudgeError.damagedTape(path: path, message: failure.message) }
      if failure.isFullDisk { throw JudgeError.diskFull(path: path) }
      throw JudgeError.tape(path: path, message: failure.message)
    }
  }

  private static func open(_ path: String, mayCreate: Bool) throws -> Connection {
    let database = try SQLiteDatabase(path: path, mayCreate: mayCreate)
    if mayCreate { try database.run("PRAGMA journal_mode = WAL") }
    try database.run("PRAGMA synchronous = FULL")
    let check = try database.run("PRAGMA quick_check(1)").first?.first?.text
    guard check == "ok" else {
      throw JudgeError.damagedTape(path: path, message: check ?? "it cannot be checked")
    }
    var layout = try database.run("PRAGMA user_version").first?.first?.integer ?? 0
    let application = try database.run("PRAGMA application_id").first?.first?.integer ?? 0
    if application == 0, layout == 0, mayCreate {
      try checkIsEmpty(database, path)
      try migrate(database, from: layout)
      layout = Self.layout
    } else if application != Self.application {
      throw JudgeError.tape(path: path, message: "is a database of another program, not a tape")
    } else if layout > Self.layout {
      throw JudgeError.tape(
        path: path, message: "is a tape of layout \(layout), which a later version has written")
    } else if layout < Self.layout, mayCreate {
      try migrate(database, from: layout)
      layout = Self.layout
    }
    return Connection(database: database, layout: layout)
  }

  private static func checkIsEmpty(_ database: SQLiteDatabase, _ path: String) throws {
    let tables = try database.run("SELECT count(*) FROM sqlite_master").first?.first?.integer
    guard tables == 0 else {
      throw JudgeError.tape(path: path, message: "is a database of another program, not a tape")
    }
  }

  /// Makes the tables that came after a layout; 0 is an empty database.
  private static func migrate(_ database: SQLiteDatabase, from layout: Int) throws {
    try database.run("BEGIN IMMEDIATE")
    do {
      if layout < 1 {
        try database.run(
          """
          CREATE TABLE answers (
            key TEXT PRIMARY KEY, judge TEXT NOT NULL, model TEXT NOT NULL, prompt TEXT NOT NULL,
            shown TEXT NOT NULL, answer TEXT NOT NULL, label TEXT NOT NULL, score REAL NOT NULL,
            explanation TEXT NOT NULL, input_tokens INTEGER NOT NULL,
            output_tokens INTEGER NOT NULL
          )
          """)
        try database.run("CREATE INDEX answers_by_prompt ON answers (prompt)")
      }
      if layout < 2 {
        try database.run(
          """
          CREATE TABLE failures (
            key TEXT PRIMARY KEY, cause TEXT NOT NULL, message TEXT NOT NULL,
            is_final INTEGER NOT NULL
          )
          """)
      }
      if layout < 3 {
        try database.run("CREATE TABLE models (name TEXT PRIMARY KEY, digest TEXT NOT NULL)")
      }
      if layout < 4 {
        try database.run("CREATE TABLE media (name TEXT PRIMARY KEY, digest TEXT NOT NULL)")
      }
      // Answers of earlier layouts have none.
      try database.run("ALTER TABLE answers ADD COLUMN digest TEXT")
      try database.run("PRAGMA application_id = \(application)")
      try database.run("PRAGMA user_version = \(Self.layout)")
      try database.run("COMMIT")
    } catch {
      _ = try? database.run("ROLLBACK")
      throw error
    }
  }

  /// Under a lock, so that of several processes that find the damage one moves the tape aside.
  private static func openOrReplace(
    _ url: URL, _ announce: (String) -> Void
  ) throws -> Connection {
    let lock = Glibc.open(url.path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard lock >= 0 else {
      throw JudgeError.tape(path: url.path, message: String(cString: strerror(errno)))
    }
    defer { close(lock) }
    while flock(lock, LOCK_EX) != 0 { guard errno == EINTR else { break } }
    do {
      return try naming(url.path) { try open(url.path, mayCreate: true) }
    } catch JudgeError.damagedTape(_, let message) {
      let aside = try setAside(url)
      announce(
        "the tape of verdicts \(url.path) is damaged (\(message)); it is kept as "
          + "\(aside.lastPathComponent), and a new one begun")
      return try naming(url.path) { try open(url.path, mayCreate: true) }
    }
  }

  private static func setAside(_ url: URL) throws -> URL {
    let files = FileManager.default
    var number = 1
    while files.fileExists(atPath: "\(url.path).damaged-\(number)") { number += 1 }
    let aside = URL(fileURLWithPath: "\(url.path).damaged-\(number)")
    do {
      try files.moveItem(at: url, to: aside)
      for end in ["-wal", "-shm"] where files.fileExists(atPath: url.path + end) {
        try files.moveItem(atPath: url.path + end, toPath: aside.path + end)
      }
    } catch {
      throw JudgeError.tape(path: url.path, message: error.localizedDescription)
    }
    return aside
  }
}
