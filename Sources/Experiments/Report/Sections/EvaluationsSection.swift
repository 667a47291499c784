import Rewards
import Trainer

/// Every metric of the last evaluation of each set, in total and by kind of question, with the
/// interval that 95 of 100 such samples would put around the truth.
struct EvaluationsSection {
  let contents: ReportContents

  var html: HTML {
    guard !contents.tables.isEmpty else { return .empty }
    let parts: [HTML] = contents.tables.map(part)
    return """
      <section id="evaluations"><h2>Evaluations in detail</h2>
      <p class="note">In percent, with 95 % intervals: Wilson's of shares, normal ones of means; \
      hover for the number of questions or spans. A missing or unreadable answer scores 0 and is \
      counted; an untestable one is left out. Every response is in <code>evaluations/</code>.</p>
      \(parts)
      </section>
      """
  }

  private func part(_ table: EvaluationTable) -> HTML {
    let used = EvaluationTable.metrics.filter { metric in
      table.rows.contains { $0.metrics[metric.key] != nil }
    }
    let head: [HTML] = used.map { metric in
      "<th scope=\"col\" title=\"\(metric.meaning)\">\(metric.name)</th>"
    }
    let answers = AnswerOutcome.allCases.filter { outcome in
      outcome != .answered && table.rows.contains { $0.answers[outcome.rawValue] != nil }
    }
    let counts: [HTML] = answers.map { "<th scope=\"col\">\($0.rawValue)</th>" }
    let rows: [HTML] = table.rows.enumerated().map { index, row in
      let cells: [HTML] = used.map { cell(row.metrics[$0.key]) }
      let outcomes: [HTML] = answers.map { "<td>\(row.answers[$0.rawValue] ?? 0)</td>" }
      let body: HTML = """
        <tr><th scope="row">\(name(row))</th><td>\(Format.count(row.questions))</td>\(cells)\(outcomes)</tr>
        """
      guard let column = row.column, table.rows[index - 1].column != column else { return body }
      let span = 2 + used.count + answers.count
      return """
        <tr class="group"><th colspan="\(span)" scope="rowgroup">By \(Format.words(column.rawValue))</th></tr>\(body)
        """
    }
    return """
      <h3 class="evaluation">\(Format.title(table.evaluation)), after \(Format.title(table.stage))</h3>
      <div class="scroll" tabindex="0" role="region" aria-label="Evaluation in detail"><table class="results">\
      <thead><tr><th scope="col"><span class="hidden">Questions</span></th><th scope="col">n</th>\(head)\(counts)</tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      \(observationOnly(table))
      """
  }

  /// The test of VIDEOP2R's Table 5: whether what was perceived suffices.
  private func observationOnly(_ table: EvaluationTable) -> HTML {
    guard table.rows.contains(where: { $0.observationOnly != nil }) else { return .empty }
    let rows: [HTML] = table.rows.compactMap { row in
      row.observationOnly.map { pair in
        """
        <tr><th scope="row">\(name(row))</th><td>\(pair.difference.count)</td>\(cell(pair.first))\(cell(pair.second))\
        <td>\(Format.points(pair.difference.value)) <small>\(Format.points(pair.difference.lower))\u{2026}\(Format.points(pair.difference.upper))</small></td></tr>
        """
      }
    }
    return """
      <h4>Answered from the observation alone</h4>
      <p class="note">The same questions, asked again with the policy's own observation in place of the video. \
      The difference is taken question by question, in points.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Observation-only evaluation"><table class="results">\
      <thead><tr><th scope="col"><span class="hidden">Questions</span></th><th scope="col">n</th>\
      <th scope="col">Video</th><th scope="col">Observation only</th><th scope="col">Difference</th></tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
  }

  private func name(_ row: EvaluationTable.Row) -> String {
    row.column == nil ? "All questions" : row.name.isEmpty ? "(none)" : Format.words(row.name)
  }

  private func cell(_ estimate: Estimate?) -> HTML {
    guard let estimate else { return "<td>\u{2013}</td>" }
    func percent(_ share: Double) -> String { Format.number(share * 100, decimals: 1) }
    return """
      <td title="n = \(estimate.count), \(estimate.method.rawValue) interval">\(percent(estimate.value)) \
      <small>\(percent(estimate.lower))\u{2013}\(percent(estimate.upper))</small></td>
      """
  }
}
