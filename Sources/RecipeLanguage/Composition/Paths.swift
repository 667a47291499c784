import Foundation

/// Paths of files beside other files.
public enum Paths {
  /// Textual, so that diagnostics name a file the way the user would.
  public static func resolve(_ written: String, besides file: String) -> String {
    if written.hasPrefix("/") { return written }
    var parts = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for part in written.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != "..", !last.isEmpty {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    let path = parts.joined(separator: "/")
    guard path.isEmpty else { return path }
    return parts.isEmpty ? "." : "/"
  }

  /// How `file` would write a path that is given from the working directory: the reverse of `resolve`.
  public static func relative(_ path: String, besides file: String) -> String {
    let target = absolute(path)
    let folder = absolute(file).dropLast()
    let shared = zip(target, folder).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: folder.count - shared)
    let parts = up + target.dropFirst(shared)
    return parts.isEmpty ? "." : parts.joined(separator: "/")
  }

  /// Whether an absolute path leads where a relative one does that begins at some folder above it.
  public static func ends(_ path: String, with relative: String) -> Bool {
    let parts = absolute(path)
    let rest = relative.split(separator: "/").drop { $0 == ".." || $0 == "." }.map(String.init)
    return !rest.isEmpty && parts.suffix(rest.count) == rest[...]
  }

  /// For comparing: absolute, with links followed.
  static func standard(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  static func name(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func absolute(_ path: String) -> [String] {
    let whole =
      path.hasPrefix("/") ? path : "\(FileManager.default.currentDirectoryPath)/\(path)"
    var parts: [String] = []
    for part in whole.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
    }
    return parts
  }
}
