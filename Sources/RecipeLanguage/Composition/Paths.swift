import Foundation

/// Paths of files beside other files.
enum Paths {
  /// Textual, so that diagnostics name a file the way the user would.
  static func resolve(_ written: String, besides file: String) -> String {
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
  static func relative(_ path: String, besides file: String) -> String {
    let target = absolute(path)
    let folder = absolute(file).dropLast()
    let shared = zip(target, folder).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: folder.count - shared)
    let parts = up + target.dropFirst(shared)
    return parts.isEmpty ? "." : parts.joined(separator: "/")
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
