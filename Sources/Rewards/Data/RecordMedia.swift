/// What the records of a file may say of their media.
public enum RecordMedia: Sendable {
  /// A record names its file, or says `data_type: text`. One that says neither has lost its file.
  case stated
  /// There are none: every record is text, and says nothing else.
  case none
  /// Nobody looks at them, so that it does not matter.
  case unread

  /// A record's `data_type`.
  ///
  /// - Parameters:
  ///   - stated: the column, where the record has it.
  ///   - path: of its file; empty where it names none.
  func dataType(stated: String?, path: String) throws(DataRecord.ColumnError) -> String {
    let known = ["video", "image", DataRecord.text]
    if let stated, !known.contains(stated) {
      throw DataRecord.ColumnError(
        field: "data_type", message: "expected `video`, `image` or `text`, found `\(stated)`")
    }
    switch self {
    case .unread: return stated ?? Self.dataType(ofPath: path)
    case .none:
      guard path.isEmpty else {
        throw DataRecord.ColumnError(
          field: "path", message: "names `\(path)`, but the data have no `media` folder")
      }
      guard stated == nil || stated == DataRecord.text else {
        throw DataRecord.ColumnError(
          field: "data_type", message: "is `\(stated ?? "")`, but the data have no `media` folder")
      }
      return DataRecord.text
    case .stated:
      guard stated == DataRecord.text else {
        guard !path.isEmpty else {
          throw DataRecord.ColumnError(
            field: "path",
            message: "this column is required, unless `data_type` is `text`")
        }
        return stated ?? Self.dataType(ofPath: path)
      }
      guard path.isEmpty else {
        throw DataRecord.ColumnError(
          field: "path", message: "names `\(path)`, but `data_type` is `text`")
      }
      return DataRecord.text
    }
  }

  /// What a file holds, by its name.
  private static func dataType(ofPath path: String) -> String {
    let name = path.lowercased()
    let isImage = [".png", ".jpg", ".jpeg", ".webp", ".bmp"].contains { name.hasSuffix($0) }
    return isImage ? "image" : "video"
  }
}
