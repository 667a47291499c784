import Rewards
import Trainer

/// What the runs measured in the same evaluations: values with their intervals, and differences from the first
/// run question by question.
struct ComparisonEvaluationsSection {
  let contents: ComparisonContents

  var html: HTML {
    let tables = contents.evaluations.tables
    guard !tables.isEmpty else {
      return """
        <section id="evaluations"><h2>Evaluations</h2>
        <p class="note">The runs have no evaluation in common.</p></section>
        """
    }
    // What came last is what was wanted.
    let parts: [HTML] = tables.reversed().map(part)
    return """
      <section id="evaluations"><h2>Evaluations</h2>
      <p class="note">In percent, with 95 % intervals. Differences are from \(RunPalette.badge(0)), question by question over \
      those that both answered, in points; p is two-sided, of McNemar\u{2019}s exact test for shares and of a paired normal \
      test for other scores. One seed each: the intervals know the questions, and not the luck of training.</p>
      \(parts)
      </section>
      """
  }

  private func part(_ table: EvaluationComparison.Table) -> HTML {
    let stages = table.stages.compactMap { $0 }
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let figures: [HTML] = table.rows.filter(Self.differs).map { dots($0).figure() }
    let heading: HTML = """
      <h3 class="stage">\(Format.title(table.evaluation)) <span>after \(stages.map(Format.words).joined(separator: ", "))</span></h3>
      """
    guard !figures.isEmpty else {
      return """
        \(heading)<details class="numbers"><summary>All runs measured the same</summary>\(numbers(table))</details>
        """
    }
    return """
      \(heading)
      \(ComparisonMasthead.keys(contents))
      <div class="charts">\(figures)</div>
      <details class="numbers" open><summary>The numbers</summary>\(numbers(table))</details>
      """
  }

  /// Whether the runs measured something else: those that have taken a stage over did not.
  private static func differs(_ row: EvaluationComparison.Row) -> Bool {
    row.measured.contains { $0 != row.measured[0] }
  }

  private func dots(_ row: EvaluationComparison.Row) -> IntervalDots {
    let metric = metric(row)
    return IntervalDots(
      title: Self.title(metric.name), explanation: metric.meaning,
      rows: row.measured.enumerated().compactMap { index, measured in
        measured.map { measured in
          IntervalDots.Row(
            name: RunPalette.letter(index), style: RunPalette.style(index), value: measured.value,
            range: measured.estimate.map { $0.lower...max($0.lower, $0.upper) })
        }
      })
  }

  private func numbers(_ table: EvaluationComparison.Table) -> HTML {
    let others = contents.runs.indices.dropFirst()
    let values: [HTML] = contents.runs.indices.map {
      "<th scope=\"col\">\(RunPalette.badge($0))</th>"
    }
    let differences: [HTML] = others.map { index in
      """
      <th scope="col">\(RunPalette.badge(index)) \u{2212} \(RunPalette.badge(0))</th><th scope="col">p</th>
      """
    }
    let rows: [HTML] = table.rows.map { row in
      let measured: [HTML] = row.measured.map(cell)
      let compared: [HTML] = others.map { difference(row.differences[$0]) }
      return """
        <tr><th scope="row">\(Self.title(metric(row).name))</th>\(measured)\(compared)</tr>
        """
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Evaluations in numbers"><table class="results"><thead><tr>\
      <th scope="col"><span class="hidden">Metric</span></th>\(values)\(differences)</tr></thead><tbody>\(rows)</tbody></table></div>
      """
  }

  private func cell(_ measured: EvaluationComparison.Measured?) -> HTML {
    guard let measured else { return "<td>\u{2013}</td>" }
    guard let estimate = measured.estimate else { return "<td>\(percent(measured.value))</td>" }
    return """
      <td title="n = \(estimate.count), \(estimate.method.rawValue) interval">\(percent(estimate.value)) \
      <small>\(percent(estimate.lower))\u{2013}\(percent(estimate.upper))</small></td>
      """
  }

  private func difference(_ difference: EvaluationComparison.Difference?) -> HTML {
    guard let difference else { return "<td>\u{2013}</td><td>\u{2013}</td>" }
    let estimate = difference.estimate
    let isClear = difference.probability < 0.05
    return """
      <td title="n = \(estimate.count)"\(HTML.attribute("class", isClear ? "final" : nil))>\(Format.points(estimate.value)) \
      <small>\(Format.points(estimate.lower))\u{2026}\(Format.points(estimate.upper))</small></td>\
      <td title="\(difference.test.rawValue)">\(probability(difference.probability))</td>
      """
  }

  private func metric(_ row: EvaluationComparison.Row) -> (name: String, meaning: String) {
    let metric = EvaluationTable.metrics.first { $0.key == row.metric }
    return (metric?.name ?? row.metric, metric?.meaning ?? "")
  }

  private static func title(_ name: String) -> String {
    // `mIoU` is written as it is.
    name.dropFirst().contains(where: \.isUppercase)
      ? name : name.prefix(1).uppercased() + name.dropFirst()
  }

  private func percent(_ share: Double) -> String { Format.number(share * 100, decimals: 1) }

  private func probability(_ value: Double) -> String {
    value < 0.001 ? "< 0.001" : Format.number(value, decimals: 3)
  }
}
