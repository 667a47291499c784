import Experiments
import Foundation
import RecipeLanguage

/// Replaces a recipe that a person wrote, so that whatever goes wrong the old text or the new one is
/// there, whole.
enum RecipeWriting {
  /// Why a recipe stays as it was.
  struct Refusal: Error, CustomStringConvertible {
    let description: String
  }

  /// Writes `bytes` in place of the file at `path`. A symbolic link stays one, and its target is
  /// replaced; permissions stay what they were.
  ///
  /// - Throws: `Refusal` for a file that is marked read-only, also where the system would let this
  ///   user replace it; `ExperimentError` when writing fails.
  static func replace(_ path: String, with bytes: [UInt8]) throws {
    let file = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    var status = stat()
    let mode = stat(file.path, &status) == 0 ? status.st_mode & 0o7777 : 0o644
    guard mode & 0o222 != 0, access(file.path, W_OK) == 0 else {
      throw Refusal(description: "\(path): not written, because the file is read-only")
    }
    try AtomicFile.write(Data(bytes), to: file, mode: mode)
  }
}
