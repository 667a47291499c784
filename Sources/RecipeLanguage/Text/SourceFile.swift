import Foundation

/// One recipe file in memory, with the table that turns byte offsets into lines and columns.
public struct SourceFile: Sendable {
  /// The file as it was named by who asked for it; what diagnostics print.
  public let path: String
  public let text: String
  public let bytes: [UInt8]
  /// Byte offset at which each line begins; the first is 0.
  let lineStarts: [Int]
  private let characters: CharacterCount

  public init(path: String, text: String) {
    self.init(path: path, text: text, bytes: Array(text.utf8))
  }

  private init(path: String, text: String, bytes: [UInt8]) {
    self.path = path
    self.text = text
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() {
      let loneReturn = byte == .carriageReturn && bytes[safe: offset + 1] != .newline
      if byte == .newline || loneReturn { starts.append(offset + 1) }
    }
    lineStarts = starts
    characters = CharacterCount(bytes)
  }

  /// Reads a file.
  ///
  /// - Throws: a `Diagnostic` at the beginning of the file when it is missing, a folder, unreadable,
  ///   too large or not UTF-8.
  public static func read(_ path: String) throws(Diagnostic) -> SourceFile {
    let start = SourceSpan.beginning(of: path)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw Diagnostic(
        .cannotRead, "there is no file `\(path)`", at: start, help: nearbyFile(like: path))
    }
    guard !isFolder.boolValue else {
      throw Diagnostic(
        .cannotRead, "`\(path)` is a folder, not a recipe", at: start,
        help: "name the recipe file inside it")
    }
    guard let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: Limits.fileBytes + 1) ?? Data()
    else {
      throw Diagnostic(
        .cannotRead, "`\(path)` cannot be read", at: start, help: "check its permissions")
    }
    try? handle.close()
    return try decode([UInt8](data), path: path)
  }

  /// The contents of a file that somebody else has read.
  ///
  /// - Throws: a `Diagnostic` when they are too large or not UTF-8.
  public static func decode(_ bytes: [UInt8], path: String) throws(Diagnostic) -> SourceFile {
    guard bytes.count <= Limits.fileBytes else {
      throw tooLarge(at: .beginning(of: path))
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw notUTF8(path: path, bytes: bytes)
    }
    return SourceFile(path: path, text: text, bytes: bytes)
  }

  static func tooLarge(at span: SourceSpan) -> Diagnostic {
    Diagnostic(
      .tooLarge, "the file is larger than \(Limits.fileBytes >> 20) MiB, the limit for a recipe",
      at: span, help: "move data out of the recipe and refer to it by path")
  }

  private static func notUTF8(path: String, bytes: [UInt8]) -> Diagnostic {
    let bad = firstInvalidByte(bytes)
    let readable = SourceFile(path: path, text: String(decoding: bytes[..<bad], as: UTF8.self))
    let position = readable.position(of: readable.bytes.count)
    let span = SourceSpan(path: path, bytes: bad..<bad, start: position, end: position)
    return Diagnostic(
      .notUTF8, "the file is not UTF-8 text (byte \(bad) is no part of any character)", at: span,
      help: "save it as UTF-8")
  }

  private static func firstInvalidByte(_ bytes: [UInt8]) -> Int {
    // Binary search on "the prefix, completed to a character boundary, is valid".
    var low = 0
    var high = bytes.count
    while low < high {
      let middle = (low + high + 1) / 2
      var end = middle
      while end < bytes.count && bytes[end] & 0xC0 == 0x80 && end - middle < 3 { end += 1 }
      if String(validating: bytes[..<end], as: UTF8.self) != nil {
        low = middle
      } else {
        high = middle - 1
      }
    }
    return low
  }

  private static func nearbyFile(like path: String) -> String? {
    let url = URL(fileURLWithPath: path)
    let folder = url.deletingLastPathComponent().path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let recipes = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
    return Suggestion.closest(to: url.lastPathComponent, among: recipes)
      .map { "did you mean `\($0)`?" }
  }

  /// The position of a byte offset (clamped to the file).
  func position(of byte: Int) -> SourcePosition {
    let byte = min(max(byte, 0), bytes.count)
    let index = lineIndex(of: byte)
    let column = characters.count(before: byte) - characters.count(before: lineStarts[index])
    return SourcePosition(line: index + 1, column: column + 1)
  }

  /// Where the line that holds a byte begins.
  func lineStart(before byte: Int) -> Int { lineStarts[lineIndex(of: byte)] }

  func lineIndex(of byte: Int) -> Int {
    var low = 0
    var high = lineStarts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if lineStarts[middle] <= byte { low = middle } else { high = middle - 1 }
    }
    return low
  }

  func span(_ range: Range<Int>) -> SourceSpan {
    let range = range.clamped(to: 0..<bytes.count)
    return SourceSpan(
      path: path, bytes: range, start: position(of: range.lowerBound),
      end: position(of: range.upperBound))
  }

  /// The text of a line (from 1) without its line break; empty past the end.
  func line(_ number: Int) -> String {
    guard number >= 1, number <= lineStarts.count else { return "" }
    let start = lineStarts[number - 1]
    var end = number < lineStarts.count ? lineStarts[number] : bytes.count
    while end > start, bytes[end - 1] == .newline || bytes[end - 1] == .carriageReturn { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }
}

extension SourceFile: CustomStringConvertible {
  public var description: String { "\(path) (\(bytes.count) bytes)" }
}
