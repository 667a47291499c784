import Foundation

/// What memory there is for this process.
public struct AvailableMemory: Sendable, Hashable {
  /// Bytes that the process can come to hold, those it holds already included.
  public var bytes: Int
  /// What sets the limit: "this machine", "this container's limit".
  public var limit: String

  public init(bytes: Int, limit: String) {
    self.bytes = bytes
    self.limit = limit
  }

  /// Memory that is free or can be made free, and what the control group of the process leaves; nil
  /// where the system does not say.
  ///
  /// - Parameter root: the folder that stands for `/`; tests put their own in its place.
  public static func current(root: String = "/") -> AvailableMemory? {
    let files = SystemFiles(root: root)
    let resident = files.number(in: "proc/self/status", after: "VmRSS:").map { $0 * 1024 } ?? 0
    let machine = files.number(in: "proc/meminfo", after: "MemAvailable:").map {
      AvailableMemory(bytes: $0 * 1024 + resident, limit: "this machine")
    }
    let group = files.groupLimit.map {
      AvailableMemory(bytes: $0 + resident, limit: "the control group of this process")
    }
    return [machine, group].compactMap { $0 }.min { $0.bytes < $1.bytes }
  }

  /// The most bytes that this process has held; not what `getrusage` says, which counts what its parent
  /// held when it was started.
  public static var peakResident: Int {
    SystemFiles(root: "/").number(in: "proc/self/status", after: "VmHWM:").map { $0 * 1024 } ?? 0
  }

  /// Bytes that this process holds now.
  public static var resident: Int {
    SystemFiles(root: "/").number(in: "proc/self/status", after: "VmRSS:").map { $0 * 1024 } ?? 0
  }
}

/// The files in which Linux says what memory there is.
private struct SystemFiles {
  let root: String

  func text(_ path: String) -> String? {
    try? String(contentsOfFile: root + path, encoding: .utf8)
  }

  /// The number that follows a word at the beginning of a line.
  func number(in path: String, after word: String) -> Int? {
    guard let line = text(path)?.split(separator: "\n").first(where: { $0.hasPrefix(word) }) else {
      return nil
    }
    return line.dropFirst(word.count).split(whereSeparator: \.isWhitespace).first.flatMap {
      Int($0)
    }
  }

  private func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
  }

  /// What the tightest limit among the groups of the process leaves, file pages that can be dropped
  /// not counted.
  var groupLimit: Int? {
    var least: Int?
    for line in (text("proc/self/cgroup") ?? "").split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { continue }
      let isFirst = parts[1].split(separator: ",").contains("memory")
      guard isFirst || parts[1].isEmpty else { continue }
      let mount = isFirst ? "sys/fs/cgroup/memory" : "sys/fs/cgroup"
      var path = parts[2]
      // Inside a container the path can be that of the host: the mount itself is tried last.
      while true {
        let folder = mount + (path == "/" ? "" : path)
        let left =
          isFirst
          ? left(folder, "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
          : left(folder, "memory.max", "memory.current", "inactive_file")
        if let left { least = min(least ?? left, left) }
        guard let end = path.lastIndex(of: "/"), path != "/" else { break }
        path = end == path.startIndex ? "/" : path[..<end]
      }
    }
    return least
  }

  private func left(_ folder: String, _ limit: String, _ use: String, _ dropped: String) -> Int? {
    // No limit is `max`, or a number near the largest there is.
    guard let limit = number("\(folder)/\(limit)"), limit < 1 << 60,
      let used = number("\(folder)/\(use)")
    else { return nil }
    let files = number(in: "\(folder)/memory.stat", after: "\(dropped) ") ?? 0
    return max(0, limit - used + files)
  }
}
