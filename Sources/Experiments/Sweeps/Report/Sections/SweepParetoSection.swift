/// The objective against what it costs in tokens: the cells that no other beats in both.
struct SweepParetoSection {
  let contents: SweepReportContents

  /// A cell with both values.
  struct Entry: Sendable, Equatable {
    var cell: String
    var tokens: Double
    var value: Double
  }

  private static let (width, height) = (760.0, 380.0)

  var html: HTML {
    let entries = entries.all
    guard entries.count > 1 else { return .empty }
    let front = Self.front(entries, maximizes: contents.results.objective.maximizes)
    let metric = Format.title(contents.results.objective.metric)
    return """
      <section id="pareto"><h2>\(metric) against tokens</h2>
      <p class="note">Filled cells are beaten by no other in both: none of them gets more out of as few tokens. \
      Tokens are \(self.entries.meaning).</p>
      <figure class="pareto">\(svg(entries, front))</figure></section>
      """
  }

  /// What a response takes where evaluations measure it, and else what the whole run wrote.
  private var entries: (all: [Entry], meaning: String) {
    func all(_ tokens: (SweepResults.Cell) -> Double?) -> [Entry] {
      contents.results.cells.compactMap { cell in
        guard let value = cell.value?.mean, let tokens = tokens(cell) else { return nil }
        return Entry(cell: cell.name, tokens: tokens, value: value)
      }
    }
    let responses = all { $0.evaluation["length/response"]?.mean }
    if !responses.isEmpty { return (responses, "those of an evaluated response, on average") }
    let written = all { $0.generatedTokens.flatMap { $0.mean > 0 ? $0.mean : nil } }
    return (written, "all that the policy wrote in a run")
  }

  /// The cells that no other cell beats in one and equals in the other, by rising tokens.
  static func front(_ entries: [Entry], maximizes: Bool) -> [Entry] {
    let sign = maximizes ? 1.0 : -1.0
    return entries.filter { entry in
      !entries.contains { other in
        let noWorse = other.tokens <= entry.tokens && sign * other.value >= sign * entry.value
        return noWorse && (other.tokens < entry.tokens || sign * other.value > sign * entry.value)
      }
    }.sorted { ($0.tokens, $0.cell) < ($1.tokens, $1.cell) }
  }

  private func svg(_ entries: [Entry], _ front: [Entry]) -> HTML {
    let (xs, ys) = (entries.map(\.tokens), entries.map(\.value))
    let x = ChartScale(covering: (xs.min() ?? 0)...(xs.max() ?? 1), ticks: 5)
    let y = ChartScale(covering: (ys.min() ?? 0)...(ys.max() ?? 1), ticks: 4)
    let unit =
      x.high >= 1e4 ? (size: 1e3, name: "thousands of tokens") : (size: 1, name: "tokens")
    let plot = Plot(
      x: x, y: y, left: 56, top: 14, width: Self.width - 56 - 20, height: Self.height - 14 - 46)
    var body: [HTML] = y.ticks.map { tick in
      """
      <path class="grid" d="M\(plot.left) \(plot.y(tick))h\(plot.width)"/>\
      <text class="tick" x="\(plot.left - 8)" y="\(plot.y(tick) + 4)" text-anchor="end">\(Format.number(tick, decimals: y.decimals))</text>
      """
    }
    body += x.ticks.map { tick in
      """
      <text class="tick" x="\(plot.x(tick))" y="\(Self.height - 24)" text-anchor="middle">\(Format.number(tick / unit.size, decimals: unit.size > 1 ? 0 : x.decimals))</text>
      """
    }
    body.append(
      "<text class=\"tick\" x=\"\(plot.left + plot.width)\" y=\"\(Self.height - 6)\" text-anchor=\"end\">\(unit.name)</text>"
    )
    let line = front.map { ChartPoint(x: $0.tokens, y: $0.value) }
    if line.count > 1 { body.append("<path class=\"front\" d=\"\(plot.path(line))\"/>") }
    body += entries.map { entry in
      let label = contents.results[entry.cell].map(SweepReportContents.label) ?? entry.cell
      return """
        <g><title>\(label): \(SweepReportContents.number(entry.value)) with \(Format.significant(entry.tokens)) tokens</title>\
        <circle\(HTML.attribute("class", front.contains(entry) ? "front" : nil)) cx="\(plot.x(entry.tokens))" cy="\(plot.y(entry.value))" r="5.5"/></g>
        """
    }
    body += front.map { entry in
      let name = contents.results[entry.cell].map(SweepReportContents.short) ?? entry.cell
      let position = plot.x(entry.tokens)
      let isRight = position > plot.left + plot.width * 0.7
      return """
        <text class="label" x="\(position + (isRight ? -10 : 10))" y="\(plot.y(entry.value) + 18)" \
        text-anchor="\(isRight ? "end" : "start")">\(name)</text>
        """
    }
    let names = front.compactMap { contents.results[$0.cell].map(SweepReportContents.short) }
    return """
      <svg viewBox="0 0 \(Self.width) \(Self.height)" role="img" \
      aria-label="Cells that no other beats: \(names.joined(separator: "; "))">\(body)</svg>
      """
  }
}
