import Trainer

/// The answer first: what the held-out evaluations measured after each stage.
struct ResultsSection {
  let contents: ReportContents

  private struct Metric {
    var key: String
    var name: String
    var meaning: String
    var lowerIsBetter = false
  }

  private static let metrics = [
    Metric(key: "accuracy", name: "Accuracy", meaning: "right answers"),
    Metric(
      key: "sufficiency", name: "Sufficiency",
      meaning: "observations from which the right answer follows"),
    Metric(
      key: "lucky", name: "Lucky answers",
      meaning: "right answers past an insufficient observation", lowerIsBetter: true),
    Metric(key: "format", name: "Format", meaning: "responses with every segment in place"),
    Metric(key: "exact", name: "Exact match", meaning: "answers equal to the reference"),
    Metric(
      key: "mismatch", name: "Mismatch", meaning: "answers that their own reasoning contradicts",
      lowerIsBetter: true),
  ]

  var html: HTML {
    let parts: [HTML] = contents.evaluationNames.map(evaluation)
    let body: HTML =
      parts.isEmpty
      ? "<p class=\"note\">No evaluation has run yet.</p>" : "\(parts)"
    return """
      <section id="results"><h2>Results</h2>
      \(body)
      </section>
      """
  }

  /// What these questions chose is not to be judged by them.
  private func caution(_ name: String) -> HTML {
    let chosen = (contents.summary?.stages ?? []).filter { $0.choice?.evaluation == name }
    guard !chosen.isEmpty else { return .empty }
    let names = chosen.map { Format.title($0.name) }.joined(separator: ", ")
    return """
      <p class="note">These questions chose the checkpoint of \(names). \(StageSelection.caution)</p>
      """
  }

  private func evaluation(_ name: String) -> HTML {
    let history = contents.history(of: name)
    guard let last = history.last else { return .empty }
    let start = contents.start(of: last, in: history)
    let shown = Self.metrics.filter { last.values[$0.key] != nil }
    let tiles: [HTML] = shown.prefix(4).map { tile($0, history, last, start) }
    let questions: HTML =
      last.values["questions"].map {
        """
        <p class="note">\(Format.count(Int(saturating: $0))) held-out questions, greedy decoding. \
        Every number is a share of them, in percent.</p>
        """
      } ?? "<p class=\"note\">Held-out questions, greedy decoding.</p>"
    return """
      <h3 class="evaluation">\(Format.title(name))</h3>\(questions)\(caution(name))
      <div class="tiles">\(tiles)</div>
      <div class="pair">\(table(shown, history, last, start))\(families(last, start))</div>
      """
  }

  private func tile(
    _ metric: Metric, _ history: [EvaluationRecord], _ last: EvaluationRecord,
    _ start: EvaluationRecord?
  ) -> HTML {
    let value = last.values[metric.key] ?? 0
    var change: HTML = ""
    if let start, let before = start.values[metric.key] {
      let difference = value - before
      let better = metric.lowerIsBetter ? difference < 0 : difference > 0
      let verdict = difference.magnitude < 0.0005 ? "same" : better ? "better" : "worse"
      let arrow = verdict == "same" ? "" : difference > 0 ? "\u{25B2} " : "\u{25BC} "
      change = """
        <p class="change \(verdict)">\(arrow)\(Format.points(difference)) points <span>\(verdict == "same" ? "as" : verdict + " than") \(columnName(start))</span></p>
        """
    }
    let slope = StageSlope(
      label: metric.name,
      stages: history.compactMap { record in
        record.values[metric.key].map { (columnName(record), $0) }
      },
      baseline: metric.key == "accuracy" ? last.values["blind"] : nil)
    return """
      <article class="tile"><h4>\(metric.name)</h4><p class="meaning">\(metric.meaning)</p>\
      <p class="figure">\(Format.number(value * 100, decimals: 1))<small>%</small></p>\(change)\(slope.svg())</article>
      """
  }

  /// Metrics down, stages across, guessing first: four columns fit a phone.
  private func table(
    _ metrics: [Metric], _ history: [EvaluationRecord], _ last: EvaluationRecord,
    _ start: EvaluationRecord?
  ) -> HTML {
    let hasBlind = last.values["blind"] != nil
    var head: HTML = "<th scope=\"col\"><span class=\"hidden\">Metric</span></th>"
    if hasBlind { head += "<th scope=\"col\">Blind guess</th>" }
    for record in history {
      head += "<th scope=\"col\"\(mark(record, last))>\(columnName(record))</th>"
    }
    if start != nil { head += "<th scope=\"col\">Change</th>" }

    func row(_ name: String, _ key: String, blind: Double?, lowerIsBetter: Bool) -> HTML {
      var cells: HTML = "<th scope=\"row\">\(name)</th>"
      if hasBlind { cells += "<td class=\"quiet\">\(cell(blind))</td>" }
      for record in history { cells += "<td\(mark(record, last))>\(cell(record.values[key]))</td>" }
      if let start {
        guard let before = start.values[key], let after = last.values[key] else {
          return "<tr>\(cells)<td></td></tr>"
        }
        let good = lowerIsBetter ? after < before : after > before
        let verdict = (after - before).magnitude < 0.0005 ? "same" : good ? "better" : "worse"
        cells += "<td class=\"\(verdict)\">\(Format.points(after - before))</td>"
      }
      return "<tr>\(cells)</tr>"
    }

    var rows: [HTML] = metrics.map { metric in
      row(
        metric.name, metric.key,
        blind: metric.key == "accuracy" ? last.values["blind"] : nil,
        lowerIsBetter: metric.lowerIsBetter)
    }
    let families = Self.families(of: last)
    if !families.isEmpty {
      let span = 1 + (hasBlind ? 1 : 0) + history.count + (start != nil ? 1 : 0)
      rows.append(
        "<tr class=\"group\"><th colspan=\"\(span)\" scope=\"rowgroup\">Accuracy by kind of question</th></tr>"
      )
      rows += families.map { family in
        row(
          Format.words(family), "accuracy/" + family, blind: last.values["blind/" + family],
          lowerIsBetter: false)
      }
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Results table"><table class="results">\
      <thead><tr>\(head)</tr></thead><tbody>\(rows)</tbody></table></div>
      """
  }

  private func families(_ last: EvaluationRecord, _ start: EvaluationRecord?) -> HTML {
    let rows = Self.families(of: last).map { family in
      FamilyDots.Row(
        name: family, before: start?.values["accuracy/" + family],
        after: last.values["accuracy/" + family] ?? 0, blind: last.values["blind/" + family])
    }
    return FamilyDots(
      rows: rows, before: start.map(columnName) ?? "before", after: columnName(last)
    ).figure()
  }

  private static func families(of record: EvaluationRecord) -> [String] {
    record.values.keys.filter { $0.hasPrefix("accuracy/") }.map { String($0.dropFirst(9)) }.sorted()
  }

  private func columnName(_ record: EvaluationRecord) -> String {
    Format.title(record.stage) + (record.step == 0 ? ", before" : "")
  }

  private func mark(_ record: EvaluationRecord, _ last: EvaluationRecord) -> HTML {
    record == last ? " class=\"final\"" : ""
  }

  private func cell(_ value: Double?) -> String {
    value.map { Format.number($0 * 100, decimals: 1) } ?? "\u{2013}"
  }
}
