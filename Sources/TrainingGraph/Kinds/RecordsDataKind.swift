import Foundation
import Models
import RecipeLanguage
import Rewards

/// The data kind `records`: files in the VIDEOP2R, Video-R1 or Video-Thinker layout beside their media.
public enum RecordsDataKind {
  public static let schema = KindSchema(
    "records", summary: "JSON records, with their media or of text alone",
    fields: [
      .required(
        "path", .path(),
        "a JSON list, or JSON lines (`.jsonl`), plain or gzip; or a folder of such files"),
      .optional(
        "media", .path(),
        "the folder that the records' paths start from; without it every record is text alone"),
      .optional(
        "media_roots", .map(.path()),
        "folders of data sources that have one of their own, by `data_source` with `_` for what is "
          + "neither letter nor digit"),
      .optional(
        "columns", .map(.choice(ColumnType.allCases.map(\.rawValue))),
        "what columns hold that are written as text"),
      .optional(
        "names",
        .record(
          RecordNames.columns.map {
            .optional($0, .string, "what the file calls `\($0)`; by default the same")
          }), "what the file calls its columns, for benchmarks with names of their own"),
      .optional(
        "problem_type", .choice(TaskAccuracy.problemTypes),
        "the task type of records that say none; those with options are multiple choice"),
      .optional(
        "unusable", .choice(RecordRules.Unusable.allCases.map(\.rawValue)), default: "stop",
        "what becomes of a record that cannot be used, such as one without its video"),
    ], traits: [.mediaOptional], codes: [MissingFiles.code, fixedColumn], check: check,
    idle: { data in
      guard data.has("media_roots"), !data.has("media") else { return [] }
      return [
        IdleSetting(
          record: data, key: "media_roots",
          reason: "without `media` every record is text alone")
      ]
    })

  static let fixedColumn = DiagnosticCode(
    5754, "typed-column-fixed", "A type is given to a column that has one.",
    Explanation(
      why: """
        The columns that every record has, such as `answer`, are text for whoever reads them. A type \
        can be given to the others, so that expressions can compare `item.reward` as a number.
        """,
      example: .sections(example("columns: {answer: number}")),
      nearMiss: .sections(example("columns: {reward: number}"))))

  private static func example(_ setting: String) -> String {
    """
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400}
      questions: {kind: records, path: mine.json, media: clips, \(setting)}
      held_out: {kind: clipworld, split: test, clips: 100}
    """
  }

  private static let check: @Sendable (Record, CheckContext) -> [Diagnostic] = { data, context in
    guard let columns = data.optionalRecord("columns") else { return [] }
    return columns.keys.filter(DataRecord.columns.contains).map { column in
      Diagnostic(
        fixedColumn, "`\(column)` is text in every record", at: columns.span(of: column),
        help: "remove it from `columns`", path: "\(context.path).columns.\(column)")
    }
  }

  /// What an entry says of its files.
  public struct Place: Sendable {
    public var records: URL
    /// Nil where every record is text alone.
    public var folders: MediaFolders?
    public var types: [String: ColumnType]
    public var names: RecordNames
    public var unusable: RecordRules.Unusable
  }

  public static func place(_ data: Record) throws -> Place {
    return Place(
      records: file(try data.path("path"), folder: false),
      folders: folders(data), types: types(data), names: names(data),
      unusable: RecordRules.Unusable(rawValue: try data.string("unusable")) ?? .stop)
  }

  private static func file(_ value: PathValue, folder: Bool) -> URL {
    switch value {
    case .file(_, let resolved): URL(fileURLWithPath: resolved, isDirectory: folder)
    case .word(let word): URL(fileURLWithPath: word, isDirectory: folder)
    }
  }

  /// Where media lie; nil where every record is text alone.
  private static func folders(_ data: Record) -> MediaFolders? {
    data.optionalPath("media").map {
      MediaFolders(media: file($0, folder: true), roots: roots(data))
    }
  }

  private static func roots(_ data: Record) -> [String: URL] {
    let roots = data.optionalRecord("media_roots")
    return (roots?.keys ?? []).reduce(into: [:]) { found, source in
      found[source] = roots?.optionalPath(source).map { file($0, folder: true) }
    }
  }

  private static func types(_ data: Record) -> [String: ColumnType] {
    let columns = data.optionalRecord("columns")
    return (columns?.keys ?? []).reduce(into: [:]) { types, column in
      types[column] = columns?.optionalString(column).flatMap(ColumnType.init(rawValue:))
    }
  }

  private static func names(_ data: Record) -> RecordNames {
    let names = data.optionalRecord("names")
    return RecordNames(
      (names?.keys ?? []).reduce(into: [:]) { found, column in
        found[column] = names?.optionalString(column)
      }, problemType: data.optionalString("problem_type"))
  }

  /// What its files say, read when they are asked.
  public static func facts(_ data: Record) -> (any DataFacts)? {
    guard case .file(let written, let path) = data.optionalPath("path") else { return nil }
    return RecordFileFacts(
      path: path, name: written, folders: folders(data), types: types(data), names: names(data))
  }

  /// SHA-256 over the records, so that other contents under the same name are another node.
  static func contentDigest(_ data: Record) -> String? {
    guard case .file(_, let resolved) = data.optionalPath("path"),
      let files = try? DataRecord.files(at: URL(fileURLWithPath: resolved))
    else { return nil }
    let digests = files.compactMap { try? Digest.sha256(contentsOf: $0) }
    guard digests.count == files.count else { return nil }
    return digests.count == 1 ? digests.first : Digest.sha256(digests.joined(separator: "\n"))
  }
}
