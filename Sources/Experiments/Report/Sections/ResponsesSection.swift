import Trainer

/// Sampled responses beside the frames they speak of, every segment in the colour of its own
/// advantage.
struct ResponsesSection {
  let contents: ReportContents
  let palette: ProcessPalette

  /// Characters of a question, of a passage and of a reason that are shown.
  private static let limits = (problem: 1_500, passage: 1_200, reason: 300)

  /// - Parameter budget: bytes that all responses together may take. What else could have stood in the places
  ///   of tokens gives way first, then responses as a whole.
  func html(_ clips: inout ClipStrips, budget: Int = Report.responseBudget) -> HTML {
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
      cards.append(card(sample, &clips, budget: budget / contents.samples.count))
    }
    return """
      <section id="responses"><h2>Responses</h2>
      <p class="note">A group of responses answers one question. A response is compared with its group, \
      each process on its own: blue was reinforced, orange discouraged.\(hint)\(choice)</p>
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

  /// What is not on the page.
  private var choice: HTML {
    let (shown, recorded) = (contents.samples.count, contents.recordedGroups)
    guard recorded > shown else { return "" }
    return """
       Shown are \(shown) of \(Format.count(recorded)) recorded groups, those that say the most about credit; \
      all are in <code>rollouts.jsonl</code>.
      """
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

  private func card(
    _ sample: ResponseSample, _ clips: inout ClipStrips, budget: Int
  ) -> HTML {
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
    var remaining = budget
    let shown: [HTML] = first.map { index in
      let forms = [true, false].lazy.map { response(index, of: group, showsChoices: $0) }
      let drawn = forms.first { $0.markup.utf8.count <= remaining } ?? leftOut(index, of: group)
      remaining -= drawn.markup.utf8.count
      return drawn
    }
    let others = group.responses.indices.filter { !first.contains($0) }
    let rest: [HTML] = others.map { response($0, of: group) }
    let fits = rest.reduce(0) { $0 + $1.markup.utf8.count } <= remaining
    let more: HTML =
      rest.isEmpty
      ? ""
      : fits
        ? "<details class=\"more\"><summary>The other \(rest.count) of this group</summary>\(rest)</details>"
        : """
        <p class="absent">The other \(rest.count) of this group are left out to keep this page small; \
        they are in <code>rollouts.jsonl</code>.</p>
        """
    return """
      <article class="sample"><header><p class="eyebrow">step \(group.step) · \(item.problemType)</p>\
      <h4>\(Excerpt.html(item.problem, within: Self.limits.problem))</h4>\(list)\(answer)\(passages(item.passages))</header>\
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
    let found: [HTML] = passages.map {
      "<li>\(Excerpt.html($0, within: Self.limits.passage))</li>"
    }
    let areShort = passages.reduce(0) { $0 + $1.count } <= 600
    return """
      <details class="passages"\(HTML.attribute("open", areShort ? "" : nil))>\
      <summary>Retrieved for it</summary><ol>\(found)</ol></details>
      """
  }

  private func leftOut(_ index: Int, of group: RolloutRecord) -> HTML {
    """
    <div class="response"><h5>Response \(index + 1) <span>of \(group.responses.count)</span></h5>\
    <p class="absent">Too long for this page; it is in <code>rollouts.jsonl</code>.</p></div>
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
    let why: HTML =
      reason.map {
        "<span class=\"why\">\(Excerpt.html($0, within: Self.limits.reason))</span>"
      } ?? ""
    let kind = value.map { $0 > 0 ? "paid" : "unpaid" } ?? "none"
    let amount = value.map(Format.reward) ?? "none"
    return """
      <li class="chip \(kind)"><span>\(Format.words(name))</span> <b>\(amount)</b>\(why)</li>
      """
  }
}
