import Rewards

extension RolloutRecord {
  /// A scored and credited group as the trace keeps it.
  ///
  /// - Parameter judgedColumns: the columns that judges are shown.
  init(
    stage: String, step: Int, scored: ScoredGroup, credited: CreditedGroup, mediaPath: String,
    judgedColumns: [String], choices: [[[Choice]]?]
  ) {
    let item = scored.group.item
    self.init(
      stage: stage, step: step,
      item: Item(
        problemID: item.problemID, problem: item.problem, options: item.options,
        answer: item.answer, path: mediaPath, problemType: item.problemType,
        passages: item.passages, columns: Item.columns(judgedColumns, of: item)),
      responses: scored.group.responses.indices.map { index in
        Response(scored, credited, index, choices: choices[index])
      })
  }
}

extension RolloutRecord.Response {
  fileprivate init(
    _ scored: ScoredGroup, _ credited: CreditedGroup, _ index: Int,
    choices: [[RolloutRecord.Choice]]?
  ) {
    let parsed = scored.group.responses[index]
    var rewards: [String: Double] = [:]
    var reasons: [String: String] = [:]
    for (name, outcomes) in scored.table.outcomes {
      rewards[name] = outcomes[index].value
      reasons[name] = outcomes[index].reason
    }
    self.init(
      text: parsed.response.text,
      pieces: parsed.response.pieces.map { String(decoding: $0, as: UTF8.self) },
      parts: parsed.parts.map(\.label),
      // A dropped group has none, and nothing was trained with it.
      advantages: credited.dropped == nil
        ? credited.advantages[index] : parsed.parts.map { _ in 0 },
      segments: Dictionary(
        parsed.segments.map { ($0.specification.name, $0.outcome.rawValue) }
      ) { first, _ in first },
      rewards: rewards, reasons: reasons,
      totals: credited.totals.compactMapValues { $0[index] },
      finish: parsed.response.truncated ? "length" : "stop", choices: choices)
  }
}
