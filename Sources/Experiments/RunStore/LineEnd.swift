import Foundation

/// What the end of a file of lines is, where it has no newline.
enum LineEnd: Equatable {
  /// A whole line: only its newline is missing, as some editors leave it.
  case whole
  /// A line that was being written when the process was killed, or zeros that a power cut leaves where a file
  /// was about to grow.
  case unfinished

  /// - Parameters:
  ///   - text: what follows the last newline; not empty.
  ///   - number: of the line, from 1.
  /// - Throws: `ExperimentError.malformed` for what no line of JSON begins with: nobody has written that here.
  init(_ text: Data, of url: URL, number: Int) throws {
    guard text.first == UInt8(ascii: "{") else {
      guard text.allSatisfy({ $0 == 0 }) else {
        throw ExperimentError.malformed(file: url.path, line: number, reason: "it is not JSON")
      }
      self = .unfinished
      return
    }
    // No part of an object but the whole is JSON.
    let isWhole = (try? JSONSerialization.jsonObject(with: Data(text))) != nil
    self = isWhole ? .whole : .unfinished
  }
}
