import Foundation

/// Names of members that stay below the folder a bundle is unpacked into.
enum BundlePath {
  private static let longest = 1024

  /// Why a name is refused; nil for one that is safe, and that a member can have.
  static func problem(_ path: String) -> String? {
    harm(path) ?? (BundleRole(path: path) == nil ? "a bundle has nothing of that name" : nil)
  }

  /// Why a name is not safe; nil for one that stays where it is put.
  static func harm(_ path: String) -> String? {
    if path.isEmpty { return "it has no name" }
    if path.utf8.count > longest { return "its name is longer than \(longest) bytes" }
    if path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return "its name has control characters"
    }
    if path.hasPrefix("/") { return "its name is an absolute path" }
    if path.contains("\\") { return "its name has a backslash" }
    if path.contains(":") { return "its name has a colon" }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if parts.contains("..") { return "its name leads out of the bundle" }
    if parts.contains(where: { $0.isEmpty || $0 == "." }) {
      return "its name has an empty part, or a dot for one"
    }
    guard parts.allSatisfy({ $0.utf8.count <= 255 }) else {
      return "a part of its name is too long"
    }
    return nil
  }
}
