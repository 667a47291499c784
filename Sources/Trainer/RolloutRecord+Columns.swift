import Rewards

extension RolloutRecord.Item {
  /// Columns whose text a judge can be shown again from what the trace keeps of every record. Not `path`: the trace has
  /// that of the media.
  private static let always: Set = ["problem_id", "problem", "options", "answer", "problem_type"]

  /// The columns that judges are shown and that the trace keeps only for them, as text by name; nil where there are none.
  static func columns(_ names: [String], of item: DataRecord) -> [String: String]? {
    let shown = names.filter { !always.contains($0) && $0 != "passages" }
    let texts = shown.compactMap { name in item.text(of: name).map { (name, $0) } }
    return texts.isEmpty ? nil : Dictionary(texts) { first, _ in first }
  }

  /// What a judge was shown of a column; nil where the trace does not keep it.
  public func text(of column: String) -> String? {
    switch column {
    case "problem_id": problemID
    case "problem": problem
    case "options": options.joined(separator: "\n")
    case "answer": answer
    case "problem_type": problemType
    case "passages": passages?.joined(separator: "\n")
    default: columns?[column]
    }
  }
}
