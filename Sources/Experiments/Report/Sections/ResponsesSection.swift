import Trainer

/// Sampled responses beside the frames they speak of, every segment in the colour of its own
/// advantage.
struct ResponsesSection {
  let contents: ReportContents
  let palette: ProcessPalette

  func html(_ clips: inout ClipStrips) -> HTML {
    guard !contents.samples.isEmpty else { return .empty }
    var cards: [HTML] = []
    var heading: (String, ResponseSample.Moment)?
    for sample in contents.samples {
      if heading == nil || heading ?? ("", .early) != (sample.group.stage, sample.moment) {
        heading = (sample.group.stage, sample.moment)
        let moment = sample.moment == .early ? "early in training" : "late in training"
        cards.append(
          "<h3 class=\"stage\">\(Format.title(sample.group.stage)) <span>\(moment)</span></h3>")
      }
      cards.append(card(sample, &clips))
    }
    return """
      <section id="responses"><h2>Responses</h2>
      <p class="note">A group of responses answers one question. A response is compared with its group, \
      each process on its own: blue was reinforced, orange discouraged.\(hint)</p>
      \(legend)
      \(cards)
      </section>
      """
  }

  private var hint: HTML {
    let isKnown = contents.samples.contains { $0.group.responses.contains { $0.choices != nil } }
    return isKnown
      ? " Pointing at a token shows its probability, and what else could have stood there." : ""
  }

  private var legend: HTML {
    let swatches: [HTML] = (-4...4).map { "<i class=\"\(AdvantageText.shade($0))\"></i>" }
    let processes: [HTML] = palette.processes.map { process in
      "<span class=\"process p\(palette.index(of: process))\">\(palette.icon(of: process))\(Format.words(process))</span>"
    }
    return """
      <div class="legend"><div class="scale"><span>discouraged \u{2212}2</span><span class="swatches" aria-hidden="true">\(swatches)</span>\
      <span>+2 reinforced</span><span class="unit">advantage, in standard deviations of the group</span></div>\
      <div class="processes">\(processes)</div></div>
      """
  }

  private func card(_ sample: ResponseSample, _ clips: inout ClipStrips) -> HTML {
    let group = sample.group
    let item = group.item
    let options: [HTML] = item.options.map { option in
      let right = option == item.answer || option.hasPrefix(item.answer + ".")
      let mark: HTML = right ? "<span class=\"hidden\"> (right)</span>" : ""
      return "<li\(HTML.attribute("class", right ? "right" : nil))>\(option)\(mark)</li>"
    }
    let list: HTML = options.isEmpty ? "" : "<ul class=\"options\">\(options)</ul>"
    let answer: HTML =
      item.options.contains(item.answer)
      ? "" : "<p class=\"answer\">right answer <strong>\(item.answer)</strong></p>"
    let first = sample.shownFirst()
    let shown: [HTML] = first.map { response($0, of: group, showsChoices: true) }
    let others = group.responses.indices.filter { !first.contains($0) }
    let rest: [HTML] = others.map { response($0, of: group) }
    let more: HTML =
      rest.isEmpty
      ? ""
      : "<details class=\"more\"><summary>The other \(rest.count) of this group</summary>\(rest)</details>"
    return """
      <article class="sample"><header><p class="eyebrow">step \(group.step) · \(item.problemType)</p>\
      <h4>\(item.problem)</h4>\(list)\(answer)\(passages(item.passages))</header>\
      \(clips.strip(of: item.path, describing: item.problem))\
      \(shown)\(more)</article>
      """
  }

  /// What was retrieved for a question, best first; nothing where nothing was looked up. Long texts wait until they are
  /// asked for.
  private func passages(_ passages: [String]?) -> HTML {
    guard let passages else { return .empty }
    guard !passages.isEmpty else {
      return "<p class=\"passages\">no passage has anything in common with it</p>"
    }
    let found: [HTML] = passages.map { "<li>\($0)</li>" }
    let areShort = passages.reduce(0) { $0 + $1.count } <= 600
    return """
      <details class="passages"\(HTML.attribute("open", areShort ? "" : nil))>\
      <summary>Retrieved for it</summary><ol>\(found)</ol></details>
      """
  }

  private func response(
    _ index: Int, of group: RolloutRecord, showsChoices: Bool = false
  ) -> HTML {
    let response = group.responses[index]
    let chips: [HTML] = rewardOrder(in: group).filter { response.rewards[$0] != nil }.map { name in
      chip(name, response.rewards[name], response.reasons[name])
    }
    let silent: [HTML] = response.reasons.keys.sorted().filter { response.rewards[$0] == nil }
      .map { chip($0, nil, response.reasons[$0]) }
    return """
      <div class="response"><h5>Response \(index + 1) <span>of \(group.responses.count)</span></h5>\
      \(AdvantageText(response: response, palette: palette, showsChoices: showsChoices).html)\
      <ul class="chips" aria-label="Rewards">\(chips)\(silent)</ul></div>
      """
  }

  /// The rewards that set this group's responses apart first.
  private func rewardOrder(in group: RolloutRecord) -> [String] {
    let names = Set(group.responses.flatMap(\.rewards.keys))
    let spread = names.map { name in
      let values = group.responses.compactMap { $0.rewards[name] }
      return (name, (values.max() ?? 0) - (values.min() ?? 0))
    }
    return spread.sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }.map(\.0)
  }

  private func chip(_ name: String, _ value: Double?, _ reason: String?) -> HTML {
    let why: HTML = reason.map { "<span class=\"why\">\($0)</span>" } ?? ""
    let kind = value.map { $0 > 0 ? "paid" : "unpaid" } ?? "none"
    let amount = value.map(Format.reward) ?? "none"
    return """
      <li class="chip \(kind)"><span>\(Format.words(name))</span> <b>\(amount)</b>\(why)</li>
      """
  }
}
