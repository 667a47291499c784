import Foundation

/// `file:` addresses and the paths they stand for.
enum FileAddress {
  /// Nil for an address that is no file, such as `untitled:Untitled-1`.
  static func path(of uri: String) -> String? {
    guard let url = URL(string: uri), url.isFileURL else { return nil }
    let path = url.path
    return path.isEmpty ? nil : path
  }

  static func uri(of path: String) -> String {
    guard !isAddress(path) else { return path }
    let absolute =
      path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    var allowed = CharacterSet.urlPathAllowed
    // What editors escape; equal spellings matter only to those that compare as text.
    allowed.remove(charactersIn: "!$&'()*+,;=:@")
    return "file://" + (absolute.addingPercentEncoding(withAllowedCharacters: allowed) ?? absolute)
  }

  /// For comparing: absolute, with links followed.
  static func standard(_ path: String) -> String {
    isAddress(path) ? path : URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  private static func isAddress(_ path: String) -> Bool {
    let scheme = path.prefix { $0 != ":" && $0 != "/" }
    return scheme.count > 1 && path.dropFirst(scheme.count).first == ":"
  }
}

extension FileAddress {
  /// A path written in a file, as the language resolves it.
  static func resolve(_ written: String, besides file: String) -> String {
    guard !written.hasPrefix("/") else { return written }
    guard let slash = file.lastIndex(of: "/") else { return written }
    return String(file[...slash]) + written
  }
}
