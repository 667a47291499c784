import Foundation
import Models
import RecipeLanguage
import Rewards

/// The data kind `records`: a JSON list in the VIDEOP2R layout beside its media.
public enum RecordsDataKind {
  public static let schema = KindSchema(
    "records", summary: "a JSON list of records with their media",
    fields: [
      .required("path", .path(), "the JSON file"),
      .required("media", .path(), "the folder that the records' paths start from"),
    ], codes: [MissingFiles.code])

  /// What its file says, read when it is asked.
  public static func facts(_ data: Record) -> (any DataFacts)? {
    guard case .file(let written, let path) = data.optionalPath("path"),
      case .file(_, let media) = data.optionalPath("media")
    else { return nil }
    return RecordFileFacts(path: path, name: written, media: media)
  }

  /// SHA-256 over the records, so that other contents under the same name are another node.
  static func contentDigest(_ data: Record) -> String? {
    guard case .file(_, let resolved) = data.optionalPath("path") else { return nil }
    return try? Digest.sha256(contentsOf: URL(fileURLWithPath: resolved))
  }
}
