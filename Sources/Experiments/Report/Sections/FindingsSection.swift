import Trainer

/// What the numbers mean, in sentences: what this run shows, and what it does not. Every sentence
/// depends on a measured number or on a setting of the run.
struct FindingsSection {
  let contents: ReportContents

  var html: HTML {
    let (shows, doesNot) = sentences
    guard !shows.isEmpty else { return .empty }
    return """
      <section id="findings" class="findings">
      <div><h3>What this run shows</h3><ul>\(shows)</ul></div>
      <div><h3>What it does not show</h3><ul>\(doesNot)</ul></div>
      </section>
      """
  }

  private var sentences: (shows: [HTML], doesNot: [HTML]) {
    guard let name = contents.evaluationNames.first else { return ([], []) }
    let history = contents.history(of: name)
    guard let last = history.last, let start = contents.start(of: last, in: history),
      let after = last.values["accuracy"], let before = start.values["accuracy"]
    else { return ([], []) }
    let stage = contents.stages.first { $0.name == last.stage }
    let reinforced = stage?.isReinforcement ?? false
    let origin = history.first { $0 != last && $0 != start }

    var shows: [HTML] = []
    if let origin, let first = origin.values["accuracy"], before < first - 0.02 {
      let cause = contents.recipe.contains("biased") ? ": it copies traces of a biased teacher" : ""
      shows.append(
        """
        <li>\(Format.title(start.stage)) lowered accuracy from \(Format.percent(first)) to \
        \(Format.percent(before))\(cause).</li>
        """)
    }
    let agent = reinforced ? "Reinforcement" : "Training"
    shows.append(
      """
      <li>\(agent) \(moved(before, after)) accuracy from \(Format.percent(before)) to \
      <strong>\(Format.percent(after))</strong> (\(Format.points(after - before)) points).</li>
      """)
    if let a = start.values["sufficiency"], let b = last.values["sufficiency"] {
      let cause: HTML =
        reinforced && (stage?.names(under: "process/").count ?? 0) > 1 && b > a
        ? " The observation is rewarded for what it says, apart from the answer." : ""
      shows.append(
        """
        <li>Observations that suffice for the right answer went from \(Format.percent(a)) to \
        <strong>\(Format.percent(b))</strong>.\(cause)</li>
        """)
    }
    if let a = start.values["lucky"], let b = last.values["lucky"] {
      shows.append(
        """
        <li>Right answers past an insufficient observation went from \(Format.percent(a)) to \
        <strong>\(Format.percent(b))</strong>.</li>
        """)
    }
    if let blind = last.values["blind"] {
      shows.append(
        "<li>The best guess without looking at the clip is right \(Format.percent(blind)) of the time.</li>"
      )
    }
    return (shows, limits(last, origin: origin, after: after, reinforced: reinforced))
  }

  private func limits(
    _ last: EvaluationRecord, origin: EvaluationRecord?, after: Double, reinforced: Bool
  ) -> [HTML] {
    var limits: [HTML] = []
    if reinforced, let first = origin?.values["accuracy"], let origin, after < first + 0.03 {
      limits.append(
        """
        <li><strong>New abilities.</strong> It ends at \(Format.percent(after)), where \
        \(Format.words(origin.stage)) had \(Format.percent(first)): reinforcement restores and grounds \
        what the cold start spoiled, it does not teach the model to see.</li>
        """)
    }
    if let count = last.values["questions"], count > 0 {
      let error = (after * (1 - after) / count).squareRoot()
      limits.append(
        """
        <li><strong>Small differences.</strong> One seed and \(Format.count(Int(saturating: count))) questions: \
        the standard error of the accuracy is \(Format.number(error * 100, decimals: 1)) points.</li>
        """)
    } else {
      limits.append(
        "<li><strong>Small differences.</strong> This is one seed; another would give other numbers.</li>"
      )
    }
    if contents.recipe.contains("clipworld") {
      let size =
        contents.summary?.parameterCount.map {
          " of \(Format.number(Double($0) / 1e6, decimals: 1)) million parameters, trained from nothing,"
        } ?? ""
      limits.append(
        """
        <li><strong>The real world.</strong> A model\(size) watches drawn shapes. How much the same \
        recipe gains on filmed video is not measured here.</li>
        """)
    }
    if contents.recipe.contains("oracle") {
      limits.append(
        """
        <li><strong>A real judge.</strong> Sufficiency is decided by rules that know this world, with \
        the error rate the recipe declares.</li>
        """)
    }
    return limits
  }

  private func moved(_ before: Double, _ after: Double) -> String {
    after > before ? "raised" : after < before ? "lowered" : "kept"
  }
}
