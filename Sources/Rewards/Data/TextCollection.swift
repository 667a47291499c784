import Foundation

/// A local collection of texts: a file, or a folder with `.txt` and `.md` files. Every line that is not
/// blank is a passage.
public struct TextCollection: Sendable, Equatable {
  /// The passages, file after file by name, in the order of their lines.
  public let passages: [String]

  /// - Throws: `TextCollectionError` naming the file, and the line that is not UTF-8.
  public init(contentsOf url: URL) throws(TextCollectionError) {
    var passages: [String] = []
    for file in try Self.files(at: url) { passages += try Self.lines(of: file) }
    guard !passages.isEmpty else { throw .empty(path: url.relativePath) }
    self.passages = passages
  }

  /// Passages that are not in files.
  public init(passages: [String]) { self.passages = passages }

  /// The files of a collection: the file itself; in a folder, and the folders in it, every text by path.
  public static func files(at url: URL) throws(TextCollectionError) -> [URL] {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw .unreadable(path: url.relativePath, message: "there is no such file or folder")
    }
    guard isFolder.boolValue else { return [url] }
    let paths: [String]
    do {
      paths = try FileManager.default.subpathsOfDirectory(atPath: url.path)
    } catch {
      throw .unreadable(path: url.relativePath, message: error.localizedDescription)
    }
    // By bytes, so that no locale decides the order.
    let texts = paths.filter { $0.hasSuffix(".txt") || $0.hasSuffix(".md") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    guard !texts.isEmpty else { throw .empty(path: url.relativePath) }
    return texts.map { url.appendingPathComponent($0) }
  }

  private static func lines(of file: URL) throws(TextCollectionError) -> [String] {
    let data: Data
    do {
      data = try Data(contentsOf: file)
    } catch {
      throw .unreadable(path: file.relativePath, message: error.localizedDescription)
    }
    var passages: [String] = []
    let lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      guard let text = String(validating: line, as: UTF8.self) else {
        throw .notUTF8(path: file.relativePath, line: index + 1)
      }
      let passage = text.trimmingCharacters(in: .whitespacesAndNewlines)
      if !passage.isEmpty { passages.append(passage) }
    }
    return passages
  }
}

/// Why a text collection cannot be read.
public enum TextCollectionError: Error, Sendable, Equatable, CustomStringConvertible {
  case unreadable(path: String, message: String)
  /// The first line, from 1, whose bytes are not UTF-8.
  case notUTF8(path: String, line: Int)
  /// A folder without texts, or texts without a line.
  case empty(path: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let message):
      "the text collection \(path) cannot be read: \(message)"
    case .notUTF8(let path, let line): "\(path), line \(line): the text is not UTF-8"
    case .empty(let path):
      "the text collection \(path) holds no passage: a passage is a line of a `.txt` or `.md` file"
    }
  }
}
