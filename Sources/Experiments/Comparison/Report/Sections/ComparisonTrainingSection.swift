/// The courses of all runs over each other, stage by stage.
struct ComparisonTrainingSection {
  let contents: ComparisonContents

  /// What is drawn of a stage, in order: one chart for every measured name that is equal, or begins like it where it
  /// ends with a slash.
  private static let measures:
    [(name: String, title: String, meaning: String, unit: LineChart.Unit)] =
      [
        ("accuracy", "Accuracy", "of sampled responses", .share),
        ("process/", "Reward of", "sum of what the process is credited with", .plain),
        ("length/", "Length of", "mean tokens", .tokens),
        ("truncated", "Truncated", "share of responses that were cut", .share),
        (
          "zero_variance/", "Groups without a signal:", "share whose responses all earned the same",
          .share
        ),
        (
          "mismatch", "Think\u{2013}answer mismatch",
          "share of answers their reasoning contradicts", .share
        ),
        ("entropy", "Entropy", "nats per sampled token", .plain),
        ("kl", "KL", "from the reference policy, nats per token", .plain),
        ("loss", "Loss", "per token", .plain),
        ("reward/", "Reward", "mean over responses", .plain),
      ]

  var html: HTML {
    let stages = contents.stages
    guard !stages.isEmpty else {
      return """
        <section id="training"><h2>Training</h2>
        <p class="note">No run has recorded steps.</p></section>
        """
    }
    let reinforced = stages.filter { stage in
      contents.steps(of: stage).contains { $0?.isReinforcement == true }
    }
    let parts: [HTML] = (reinforced + stages.filter { !reinforced.contains($0) }).map(part)
    return """
      <section id="training"><h2>Training</h2>
      <p class="note">Trailing means over the steps. A run that has taken a stage over from another has no steps of it.</p>
      \(parts)
      </section>
      """
  }

  private func part(_ stage: String) -> HTML {
    let figures: [HTML] = Self.measures.flatMap { measure -> [HTML] in
      names(like: measure.name, in: stage).map { name in
        let rest = name.hasPrefix(measure.name) ? String(name.dropFirst(measure.name.count)) : ""
        let title = rest.isEmpty ? measure.title : "\(measure.title) \(Format.words(rest))"
        return chart(title, measure.meaning, measure.unit, name, of: stage).figure()
      }
    }
    guard figures.contains(where: { $0 != .empty }) else { return .empty }
    return """
      <h3 class="stage">\(Format.title(stage))</h3>
      \(ComparisonMasthead.keys(contents))
      <div class="charts">\(figures)</div>
      """
  }

  private func names(like name: String, in stage: String) -> [String] {
    let stages = contents.steps(of: stage).compactMap { $0 }
    guard name.hasSuffix("/") else { return [name] }
    let names = Set(stages.flatMap { $0.names(under: name) }).sorted()
    // The whole before its parts.
    return
      (names.filter { $0 == "response" || $0 == "all" }
      + names.filter { $0 != "response" && $0 != "all" }).map { name + $0 }
  }

  private func chart(
    _ title: String, _ meaning: String, _ unit: LineChart.Unit, _ name: String, of stage: String
  ) -> LineChart {
    LineChart(
      title: title, explanation: meaning, unit: unit,
      series: contents.steps(of: stage).enumerated().map { index, steps in
        .init(
          name: RunPalette.letter(index), style: RunPalette.style(index),
          points: steps?.points(name) ?? [])
      }, overlays: true)
  }
}
