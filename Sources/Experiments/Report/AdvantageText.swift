import Trainer

/// A response's text in blocks, one per segment, each in the colour of the advantage its tokens were
/// trained with.
struct AdvantageText {
  let response: RolloutRecord.Response
  let palette: ProcessPalette

  private struct Run {
    var part: String
    var advantage: Double
    var text: String
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
      } else {
        runs.append(Run(part: part, advantage: advantage, text: response.pieces[index]))
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
      <p class="\(Self.shade(Self.level(run.advantage)))">\(tagged(text))</p></div>
      """
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
