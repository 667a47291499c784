import Foundation

/// Files of the reference implementations, in `Tests/Fixtures`.
public enum Fixtures {
  /// The folder `Tests/Fixtures` of this checkout.
  public static let directory: URL = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures")

  /// The location of one fixture, by its path below `Tests/Fixtures`.
  public static func url(_ path: String) -> URL { directory.appendingPathComponent(path) }

  /// The contents of one fixture.
  public static func data(_ path: String) throws -> Data { try Data(contentsOf: url(path)) }
}

/// A folder of its own for one test, removed when `body` returns.
public func withTemporaryDirectory<Result>(_ body: (URL) throws -> Result) throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("sousvide-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try body(url)
}

/// The same for a body that waits.
public func withAsyncTemporaryDirectory<Result>(
  _ body: (URL) async throws -> Result
) async throws -> Result {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("sousvide-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: url) }
  return try await body(url)
}
