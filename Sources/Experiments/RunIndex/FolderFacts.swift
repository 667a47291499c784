import Foundation
import Models

/// What a folder takes on the disk, and whether anything in it was changed since.
struct FolderFacts: Equatable {
  /// Blocks of all files, in bytes. Links are not followed.
  private(set) var bytes = 0
  /// SHA-256 over the names, sizes and times of all files: another one for any change.
  private(set) var fingerprint = ""

  init(_ folder: URL) {
    var lines: [String] = []
    let names = FileManager.default.enumerator(atPath: folder.path)
    while let name = names?.nextObject() as? String {
      var status = stat()
      guard lstat(folder.path + "/" + name, &status) == 0 else { continue }
      bytes += Int(status.st_blocks) * 512
      // A folder's time changes with what is in it, and a lock is written by whoever only looks.
      guard status.st_mode & S_IFMT != S_IFDIR, name != Self.lock else { continue }
      let time = status.st_mtim
      lines.append("\(name)\0\(status.st_size)\0\(time.tv_sec).\(time.tv_nsec)")
    }
    fingerprint = Digest.sha256(lines.sorted().joined(separator: "\n"))
  }

  private static let lock = "state/lock"

  /// What a file, or a folder with all that is in it, takes on the disk.
  static func bytes(of file: URL) -> Int {
    var status = stat()
    guard lstat(file.path, &status) == 0 else { return 0 }
    let own = Int(status.st_blocks) * 512
    return status.st_mode & S_IFMT == S_IFDIR ? own + FolderFacts(file).bytes : own
  }
}
