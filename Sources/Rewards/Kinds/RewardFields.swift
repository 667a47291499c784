import RecipeLanguage

/// Fields that several reward kinds share.
enum RewardFields {
  /// The segments a reward reads.
  static let segments = FieldSchema.required(
    "of", .list(.reference(.segments), count: 1...64), "the segments it reads")

  /// The text that a reward compares with.
  static let reference = FieldSchema.optional(
    "reference", .template(.question), default: "\"{item.answer}\"",
    "what it is compared with; holes are columns of the item")

  /// The columns that the reference shows.
  static func columns(of reward: Record) -> [String] {
    let sources = (try? reward.template("reference"))?.holes.map(\.source) ?? []
    return sources.filter { $0.hasPrefix("item.") }.map { String($0.dropFirst("item.".count)) }
  }
}

extension DataRecord {
  /// A template whose holes are columns of this record. Throws when there is no such column.
  func text(filling template: Template) throws -> String {
    try template.filled { hole in
      guard let text = text(of: String(hole.source.dropFirst("item.".count))) else {
        throw RewardError.setting(
          owner: "reward", key: "reference", message: "the record has no `\(hole.source)`")
      }
      return text
    }
  }
}

extension ParsedResponse {
  /// The texts of the named segments, one per line.
  func text(of names: [String]) -> String {
    names.compactMap { segment($0)?.trimmed }.joined(separator: "\n")
  }
}
