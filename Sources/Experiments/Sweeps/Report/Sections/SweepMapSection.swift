/// The cells where they lie between the values that the sweep varies, coloured by how they differ from
/// the control. Numbers are in every cell, so that it reads in print and without colours too.
struct SweepMapSection {
  let contents: SweepReportContents

  /// What colours are measured from.
  private struct Middle {
    var value: Double
    var name: String
    /// The greatest difference from it.
    var reach: Double
  }

  private static let height = 74.0

  var html: HTML {
    guard let map = contents.map else { return .empty }
    let middle = middle
    let objective = contents.results.objective
    let svg = SweepMapDrawing(map: map, width: 108, height: Self.height)
      .svg(describedAs: description(map)) { place, frame in draw(place, frame, middle) }
    return """
      <section id="map"><h2>\(Format.title(objective.metric))</h2>
      <p class="note">Mean over the seeds of \(objective.text), with its 95 % interval (Student's t) and the number of \
      seeds.\(colours(middle))</p>
      <div class="heat"><div class="scroll" tabindex="0" aria-label="Map of the cells">\(svg)</div>\(legend)</div>
      </section>
      """
  }

  // MARK: - Colours

  /// The one control where it has a value; the mean of all cells otherwise.
  private var middle: Middle? {
    let cells = contents.results.cells
    let values = cells.compactMap(\.value?.mean)
    guard !values.isEmpty else { return nil }
    let controls = cells.filter(\.isControl)
    let mean = values.reduce(0, +) / Double(values.count)
    var middle = Middle(value: mean, name: "the mean of all cells", reach: 0)
    if controls.count == 1, let control = controls.first, let value = control.value?.mean {
      middle.value = value
      middle.name = "the control \(control.name)"
    }
    middle.reach = values.map { ($0 - middle.value).magnitude }.max() ?? 0
    return middle
  }

  /// From −4, much worse, to 4.
  private func level(_ value: Double, _ middle: Middle) -> Int {
    guard middle.reach > 0 else { return 0 }
    let share = (value - middle.value) / middle.reach
    guard share.magnitude > 0.05 else { return 0 }
    let size = min(4, Int((share.magnitude * 4).rounded(.up)))
    return (share > 0) == contents.results.objective.maximizes ? size : -size
  }

  private func colours(_ middle: Middle?) -> HTML {
    guard let middle, middle.reach > 0 else { return "" }
    return """
       Blue is better than \(middle.name) (\(SweepReportContents.number(middle.value))), orange is worse; the strongest \
      colour stands for a difference of \(SweepReportContents.number(middle.reach)).
      """
  }

  // MARK: - Places

  private func draw(
    _ place: SweepMap.Place, _ frame: SweepMapDrawing.Frame, _ middle: Middle?
  ) -> HTML {
    switch place {
    case .nothing: return .empty
    case .excluded(let reason):
      return """
        <g class="excluded"><title>left out: \(clipped(reason))</title>\(frame.rectangle("unknown"))\
        <text class="state" x="\(frame.middle)" y="\(frame.y + 40)">\u{2013}</text></g>
        """
    case .infeasible(let findings):
      let reasons = findings.map { "\($0.code): \($0.message)" }.joined(separator: "\n")
      return """
        <g class="infeasible"><title>cannot be run\n\(clipped(reasons))</title>\(frame.rectangle("infeasible"))\
        <text class="detail" x="\(frame.middle)" y="\(frame.y + 41)">\(findings.first?.code ?? "")</text></g>
        """
    case .cell(let name):
      return contents.results[name].map { draw($0, frame, middle) } ?? .empty
    }
  }

  private func draw(
    _ cell: SweepResults.Cell, _ frame: SweepMapDrawing.Frame, _ middle: Middle?
  ) -> HTML {
    let isEnded = cell.status == .pruned || cell.status == .stopped
    let shade = cell.value.flatMap { value in
      middle.map { AdvantageText.shade(level(value.mean, $0)) }
    }
    let classes =
      ["cell", cell.isControl ? "control" : "", cell.isAmongTheBest ? "among" : ""]
      + [isEnded ? cell.status.rawValue : ""]
    var body = frame.rectangle(shade ?? "unknown")
    if isEnded { body += frame.rectangle("hatch") }
    if cell.isControl {
      body += """
        <rect class="outline" x="\(frame.x + 4)" y="\(frame.y + 4)" width="\(frame.width - 8)" height="\(frame.height - 8)"/>
        """
    }
    body += mark(cell, frame)
    let lines: [String]
    if let value = cell.value {
      let margin = value.margin.map { "± \(SweepReportContents.number($0))" } ?? "one seed"
      let state = cell.status == .finished ? "" : " · \(cell.status.rawValue)"
      lines = [SweepReportContents.number(value.mean), margin, "n = \(value.count)\(state)"]
    } else {
      let step = cell.trials.compactMap(\.endedAt).max().map { "step \($0)" } ?? ""
      lines = ["", cell.status.rawValue, step]
    }
    body += """
      <text class="value" x="\(frame.middle)" y="\(frame.y + 34)">\(lines[0])</text>\
      <text class="detail" x="\(frame.middle)" y="\(frame.y + 49)">\(lines[1])</text>\
      <text class="detail" x="\(frame.middle)" y="\(frame.y + 63)">\(lines[2])</text>
      """
    return """
      <g class="\(classes.filter { !$0.isEmpty }.joined(separator: " "))"><title>\(title(cell))</title>\(body)</g>
      """
  }

  /// Whether it is what the section after this one names.
  private func mark(_ cell: SweepResults.Cell, _ frame: SweepMapDrawing.Frame) -> HTML {
    var words: [String] = []
    if cell.name == contents.results.best { words.append("best") }
    if cell.name == contents.plateau?.cell { words.append("plateau") }
    guard !words.isEmpty else { return .empty }
    return """
      <text class="mark" x="\(frame.x + 9)" y="\(frame.y + 17)">\(words.joined(separator: ", "))</text>
      """
  }

  private func title(_ cell: SweepResults.Cell) -> String {
    var lines = [SweepReportContents.label(cell)]
    if let value = cell.value {
      lines.append("\(SweepReportContents.text(value)), n = \(value.count)")
    }
    if let test = cell.againstBest {
      lines.append(
        "best minus this: \(Format.signed(test.difference, decimals: 3)) over \(test.questions) questions, "
          + "p = \(Format.significant(test.probability))")
    }
    for trial in cell.trials where trial.status != .finished {
      let step = trial.endedAt.map { " at step \($0)" } ?? ""
      let value = trial.endedWith.map { ", \(SweepReportContents.number($0))" } ?? ""
      let reason = trial.reason.map { ": \(clipped($0))" } ?? ""
      lines.append("seed \(trial.seed): \(trial.status.rawValue)\(step)\(value)\(reason)")
    }
    return lines.joined(separator: "\n")
  }

  private func clipped(_ text: String) -> String {
    text.count > 300 ? text.prefix(299) + "…" : text
  }

  private func description(_ map: SweepMap) -> String {
    let best = contents.results.best.flatMap { contents.results[$0] }
    return "Map of \(map.rows.count) by \(map.columns.count) cells"
      + (best.map { "; best is \(SweepReportContents.label($0))" } ?? "")
  }

  private var legend: HTML {
    let isEnded = contents.results.cells.contains { $0.status == .pruned || $0.status == .stopped }
    var keys: [HTML] = []
    if contents.results.best != nil {
      keys.append(
        "<span><b>bold</b>: the best, or not shown to be worse (paired by question, Holm-corrected, 5 %)</span>"
      )
    }
    if contents.results.cells.contains(where: \.isControl) {
      keys.append("<span><i class=\"sample-key outline\"></i>control</span>")
    }
    if isEnded {
      keys.append(
        "<span><i class=\"sample-key hatch\"></i>ended early; what it was compared by is no result</span>"
      )
    }
    if !contents.results.infeasible.isEmpty {
      keys.append("<span><i class=\"sample-key infeasible\"></i>cannot be run</span>")
    }
    if !contents.results.excluded.isEmpty { keys.append("<span>\u{2013} left out</span>") }
    return keys.isEmpty ? "" : "<div class=\"legend\">\(keys)</div>"
  }
}
