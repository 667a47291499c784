/// A judge as its checks see it, with what asks it.
struct JudgeView {
  let name: String
  let record: Record
  let kind: KindSchema
  /// `item.<column>` and `segment.<name>`.
  let sees: [String]
  let prompt: Template?
  /// The rewards that are its verdicts.
  let rewards: [RecipeOutline.Reward]

  /// A language model, wherever it runs.
  var isRemote: Bool { kind.traits.contains(.remote) }
  /// Run by this program: its calls cost time alone.
  var isLocal: Bool { record.optionalPath("model") != nil }

  /// The place of one thing that it sees.
  func span(ofSeen source: String) -> SourceSpan {
    guard case .list(let items)? = record.setting("sees")?.value else { return record.span }
    return items.first { $0.value.string == source }?.span ?? record.span(of: "sees")
  }

  /// Columns that tell the right answer, or how to reach it.
  static let referenceColumns = ["answer", "solution", "output", "process"]

  static func isReference(_ source: String) -> Bool {
    referenceColumns.contains { source == "item.\($0)" }
  }

  static func segment(of source: String) -> String? {
    let prefix = "segment."
    return source.hasPrefix(prefix) ? String(source.dropFirst(prefix.count)) : nil
  }
}

extension CheckInput {
  /// The judges that are right as far as they go.
  var judges: [JudgeView] {
    kinds.compactMap { kind, record in
      guard record.path == "judges.\(record.name)", let sees = record.optionalStrings("sees") else {
        return nil
      }
      return JudgeView(
        name: record.name, record: record, kind: kind, sees: sees,
        prompt: record.optionalTemplate("prompt"),
        rewards: outline.rewards.filter { $0.record.optionalString("judge") == record.name })
    }
  }

  var remoteJudges: [JudgeView] { judges.filter(\.isRemote) }
}
