import Trainer

/// A response's text in blocks, one per segment, each in the colour of the advantage its tokens were
/// trained with.
struct AdvantageText {
  let response: RolloutRecord.Response
  let palette: ProcessPalette
  /// Characters of one segment that are shown; of a longer one its start and its end.
  static let limit = 6_000

  /// Whether a token shows what else could have stood there, where that was recorded.
  var showsChoices = false

  private struct Run {
    var part: String
    var advantage: Double
    var text: String
    var tokens: Range<Int>
  }

  var html: HTML {
    let blocks: [HTML] = runs.compactMap { run in
      let text = run.text.trimmingWhitespace
      guard !text.isEmpty else { return nil }
      return block(run, text: text)
    }
    let missing: [HTML] = response.segments.keys.sorted()
      .filter { response.segments[$0] != "found" }
      .map { segment in
        "<p class=\"outcome\">\(Format.words(segment)): \(response.segments[segment] ?? "missing")</p>"
      }
    return "<div class=\"text\">\(blocks)\(missing)</div>"
  }

  /// Neighbouring tokens of one part with one advantage.
  private var runs: [Run] {
    var runs: [Run] = []
    let count = min(response.pieces.count, response.parts.count, response.advantages.count)
    for index in 0..<count {
      let (part, advantage) = (response.parts[index], response.advantages[index])
      if let last = runs.last, last.part == part, (last.advantage - advantage).magnitude < 1e-6 {
        runs[runs.count - 1].text += response.pieces[index]
        runs[runs.count - 1].tokens = last.tokens.lowerBound..<index + 1
      } else {
        runs.append(
          Run(
            part: part, advantage: advantage, text: response.pieces[index],
            tokens: index..<index + 1))
      }
    }
    return runs
  }

  private func block(_ run: Run, text: String) -> HTML {
    let process = palette.process(ofSegment: run.part)
    let style = process.map { "p\(palette.index(of: $0))" } ?? "rest"
    let icon: HTML = process.map(palette.icon(of:)) ?? ""
    let name = run.part == "rest" ? "between segments" : Format.words(run.part)
    return """
      <div class="segment \(style)"><p class="who">\(icon)<span>\(name)</span> <b>\(Format.signed(run.advantage))</b></p>\
      <p class="\(Self.shade(Self.level(run.advantage)))">\(choosable(run) ?? Excerpt.html(text, within: Self.limit, draw: tagged))</p></div>
      """
  }

  /// The text token by token, each with its probability and the most likely others; nil where those are
  /// not known.
  private func choosable(_ run: Run) -> HTML? {
    guard showsChoices, let choices = response.choices, choices.count == response.pieces.count,
      Excerpt.ends(of: run.text, within: Self.limit) == nil
    else { return nil }
    func isBlank(_ token: Int) -> Bool { response.pieces[token].allSatisfy(\.isWhitespace) }
    var tokens = run.tokens
    while let first = tokens.first, isBlank(first) { tokens = tokens.dropFirst() }
    while let last = tokens.last, isBlank(last) { tokens = tokens.dropLast() }
    var result: HTML = ""
    var isTag = false
    for token in tokens {
      let piece = response.pieces[token]
      isTag = isTag || piece.contains("<")
      let title = choices[token].map { "\($0.text)  \(Format.percent($0.probability))" }
      let style = isTag ? "token tag" : "token"
      result += """
        <span class="\(style)"\(HTML.attribute("title", title.joined(separator: "\n")))>\(piece)</span>
        """
      if piece.contains(">") { isTag = false }
    }
    return result
  }

  /// The text with its tags set back.
  private func tagged(_ text: String) -> HTML {
    var result: HTML = ""
    var rest = text[...]
    while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
      result += HTML(text: rest[..<open])
      result += "<span class=\"tag\">\(rest[open...close])</span>"
      rest = rest[rest.index(after: close)...]
    }
    return result + HTML(text: rest)
  }

  /// Nine levels, even in perception and few enough for a legend: 0 is within 0.05 of zero, 4 beyond
  /// 1.5 standard deviations.
  static func level(_ advantage: Double) -> Int {
    let size = [0.05, 0.5, 1, 1.5].filter { advantage.magnitude > $0 }.count
    return advantage < 0 ? -size : size
  }

  /// The class of a level.
  static func shade(_ level: Int) -> String {
    level == 0 ? "a0" : level > 0 ? "up\(level)" : "down\(-level)"
  }
}

extension String {
  fileprivate var trimmingWhitespace: String {
    var text = self[...]
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return String(text)
  }
}
