import Foundation
import Models
import RecipeLanguage

/// The data kind `records`: a JSON list in the VIDEOP2R layout beside its media.
public enum RecordsDataKind {
  static let missingFile = DiagnosticCode(
    5752, "missing-data", "A file or folder of a data set does not exist.",
    Explanation(
      why: """
        The run would stop at the stage that reads it, after those before have been paid for. Paths \
        start from the folder of the recipe that names them.
        """,
      example: .sections(
        """
        data:
          traces: {kind: clipworld, split: cold_start, clips: 400}
          questions: {kind: records, path: nowhere.json, media: clips}
          held_out: {kind: clipworld, split: test, clips: 100}
        """),
      nearMiss: .sections(
        """
        data:
          traces: {kind: clipworld, split: cold_start, clips: 400}
          questions: {kind: clipworld, split: train, clips: 400}
          held_out: {kind: clipworld, split: test, clips: 100}
        """)))

  public static let schema = KindSchema(
    "records", summary: "a JSON list of records with their media",
    fields: [
      .required("path", .path(), "the JSON file"),
      .required("media", .path(), "the folder that the records' paths start from"),
    ], codes: [missingFile],
    check: { record, context in
      ["path", "media"].compactMap { key in
        guard case .file(let written, let resolved) = record.optionalPath(key),
          !FileManager.default.fileExists(atPath: resolved)
        else { return nil }
        return Diagnostic(
          missingFile, "`\(written)` does not exist", at: record.span(of: key),
          notes: ["looked for \(resolved)"],
          help: "paths start from the folder of the recipe that names them",
          path: "\(context.path).\(key)")
      }
    })

  /// SHA-256 over the records, so that other contents under the same name are another node.
  static func contentDigest(_ data: Record) -> String? {
    guard case .file(_, let resolved) = data.optionalPath("path") else { return nil }
    return try? Digest.sha256(contentsOf: URL(fileURLWithPath: resolved))
  }
}
