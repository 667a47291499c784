import CSQLite

/// A connection to a SQLite database. Calls must not overlap; whoever holds it sees to that with a lock.
public final class SQLiteDatabase {
  /// A result code with SQLite's own words.
  public struct Failure: Error {
    public let code: Int32
    public let message: String

    /// Whether what is stored is no longer what was written, or is no database at all.
    public var isDamage: Bool { [SQLITE_CORRUPT, SQLITE_NOTADB].contains(code & 0xFF) }
    public var isFullDisk: Bool { code & 0xFF == SQLITE_FULL }
  }

  public enum Value: Sendable, Equatable {
    case null
    case integer(Int)
    case real(Double)
    case text(String)

    public var text: String? { if case .text(let text) = self { text } else { nil } }
    public var integer: Int? { if case .integer(let value) = self { value } else { nil } }
    public var real: Double? {
      switch self {
      case .real(let value): value
      case .integer(let value): Double(value)
      default: nil
      }
    }
  }

  private let handle: OpaquePointer

  /// - Parameters:
  ///   - mayCreate: whether a file that is not there is made.
  ///   - patience: seconds that another process may hold the lock.
  public init(path: String, mayCreate: Bool, patience: Double = 30) throws(Failure) {
    var opened: OpaquePointer?
    let flags =
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (mayCreate ? SQLITE_OPEN_CREATE : 0)
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw Failure(code: code, message: message)
    }
    handle = opened
    sqlite3_busy_timeout(handle, Int32(patience * 1000))
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs one statement and returns its rows.
  @discardableResult
  public func run(_ sql: String, _ values: [Value] = []) throws(Failure) -> [[Value]] {
    var prepared: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else {
      throw failure()
    }
    defer { sqlite3_finalize(prepared) }
    for (index, value) in values.enumerated() { try bind(value, Int32(index + 1), prepared) }
    var rows: [[Value]] = []
    while true {
      switch sqlite3_step(prepared) {
      case SQLITE_ROW:
        rows.append((0..<sqlite3_column_count(prepared)).map { Self.column($0, prepared) })
      case SQLITE_DONE: return rows
      default: throw failure()
      }
    }
  }

  private func bind(_ value: Value, _ index: Int32, _ statement: OpaquePointer) throws(Failure) {
    let code: Int32
    switch value {
    case .null: code = sqlite3_bind_null(statement, index)
    case .integer(let value): code = sqlite3_bind_int64(statement, index, Int64(value))
    case .real(let value): code = sqlite3_bind_double(statement, index, value)
    case .text(let text):
      // With its length, because a text may hold zero bytes; -1 has SQLite copy it.
      let bytes = Array(text.utf8).map { CChar(bitPattern: $0) }
      let copies = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      code = sqlite3_bind_text(statement, index, bytes, Int32(clamping: bytes.count), copies)
    }
    guard code == SQLITE_OK else { throw failure() }
  }

  private static func column(_ index: Int32, _ statement: OpaquePointer) -> Value {
    switch sqlite3_column_type(statement, index) {
    case SQLITE_INTEGER: return .integer(Int(sqlite3_column_int64(statement, index)))
    case SQLITE_FLOAT: return .real(sqlite3_column_double(statement, index))
    case SQLITE_TEXT:
      guard let start = sqlite3_column_text(statement, index) else { return .text("") }
      let count = Int(sqlite3_column_bytes(statement, index))
      return .text(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
    default: return .null
    }
  }

  private func failure() -> Failure {
    Failure(
      code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
  }
}
