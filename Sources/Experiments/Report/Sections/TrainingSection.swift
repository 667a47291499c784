import Trainer

/// How it got there: small charts of each stage, the reinforcement stages first.
struct TrainingSection {
  let contents: ReportContents
  let palette: ProcessPalette

  var html: HTML {
    let trained = contents.stages.filter { !$0.isPipeline }
    let ordered =
      trained.filter(\.isReinforcement) + trained.filter { !$0.isReinforcement }
    guard !ordered.isEmpty else { return .empty }
    let stages: [HTML] = ordered.filter(\.isReinforcement).map(reinforcement)
    let supervised = ordered.filter { !$0.isReinforcement }
    var rest: HTML = ""
    if !supervised.isEmpty {
      let charts: [HTML] = supervised.flatMap { stage in
        let loss = LineChart(
          title: Format.title(stage.name),
          explanation: "\(Format.algorithm(stage.algorithm)), loss per response token",
          series: [.init(name: "loss", style: "series-ink", points: stage.points("loss"))],
          includes: [0])
        return ([loss] + EvaluationCharts(contents: contents, stage: stage).all).map { $0.figure() }
      }
      let choices = supervised.map(choice)
      rest = """
        <h3 class="stage">Supervised stages</h3><div class="charts">\(charts)</div>\(choices)
        """
    }
    return """
      <section id="training"><h2>Training</h2>
      <p class="note">Bold lines are the mean of the last few steps, faint lines every step; of a long stage, \
      the lowest and the highest of every few.</p>
      \(stages)\(rest)
      </section>
      """
  }

  private func reinforcement(_ stage: ReportContents.Stage) -> HTML {
    var charts = [accuracy(stage)] + EvaluationCharts(contents: contents, stage: stage).all
    charts.append(processes(stage))
    charts += lengths(stage)
    charts += [zeroVariance(stage), flatRewards(stage), advantageVariance(stage)]
    charts += [mismatch(stage), loss(stage), entropy(stage)]
    let figures = charts.map { $0.figure() }
    return """
      <h3 class="stage">\(Format.title(stage.name)) <span>\(Format.algorithm(stage.algorithm)), \(stage.steps.count) steps</span></h3>
      \(choice(stage))<div class="charts">\(figures)\(rewards(stage))</div>
      """
  }

  /// Which of its checkpoints is the stage's result, where one was chosen.
  private func choice(_ stage: ReportContents.Stage) -> HTML {
    guard let choice = contents.summary?.stages.first(where: { $0.name == stage.name })?.choice
    else { return .empty }
    return """
      <p class="note">The result of \(Format.title(stage.name)) is \(choice.description). \(StageSelection.caution)</p>
      """
  }

  private func accuracy(_ stage: ReportContents.Stage) -> LineChart {
    let markers = contents.evaluations.filter { $0.stage == stage.name }.compactMap { record in
      record.values["accuracy"].map {
        LineChart.Marker(
          point: ChartPoint(x: Double(record.step), y: $0),
          label: "held out \(Format.percent($0))")
      }
    }
    return LineChart(
      title: "Accuracy", explanation: "of sampled responses; the dot is the greedy evaluation",
      unit: .share,
      series: [
        .init(name: "sampled", style: "series-ink", points: stage.points("accuracy"))
      ],
      markers: markers)
  }

  private func processes(_ stage: ReportContents.Stage) -> LineChart {
    LineChart(
      title: "Reward per process", explanation: "sum of what each process is credited with",
      series: perProcess(stage, "process/"))
  }

  private func zeroVariance(_ stage: ReportContents.Stage) -> LineChart {
    LineChart(
      title: "Groups without a signal",
      explanation: "share of groups whose responses all earned the same", unit: .share,
      series: perProcess(stage, "zero_variance/"), includes: [0])
  }

  private func flatRewards(_ stage: ReportContents.Stage) -> LineChart {
    LineChart(
      title: "Groups that a reward does not tell apart",
      explanation: "share of groups in which the reward is the same for all responses",
      unit: .share,
      series: stage.names(under: "zero_variance_reward/").enumerated().map { index, reward in
        .init(
          name: Format.words(reward), style: "series-\(index % 4)",
          points: stage.points("zero_variance_reward/" + reward))
      }, includes: [0])
  }

  private func advantageVariance(_ stage: ReportContents.Stage) -> LineChart {
    LineChart(
      title: "Variance of advantages",
      explanation: "per process, over the responses of a step; 0 where nothing is learnt",
      series: perProcess(stage, "advantage_variance/"), includes: [0])
  }

  private func mismatch(_ stage: ReportContents.Stage) -> LineChart {
    LineChart(
      title: "Think\u{2013}answer mismatch",
      explanation: "share of answers that their own reasoning contradicts", unit: .share,
      series: [.init(name: "mismatch", style: "series-ink", points: stage.points("mismatch"))],
      includes: [0])
  }

  private func loss(_ stage: ReportContents.Stage) -> LineChart {
    LineChart(
      title: "Policy loss", explanation: "near zero by construction when each batch is used once",
      series: [.init(name: "loss", style: "series-ink", points: stage.points("loss"))])
  }

  private func entropy(_ stage: ReportContents.Stage) -> LineChart {
    LineChart(
      title: "Entropy", explanation: "nats per sampled token; a collapse would show here",
      series: [.init(name: "entropy", style: "series-ink", points: stage.points("entropy"))],
      includes: [0])
  }

  /// A chart per declared window, over the segments it counts together, and one for what is left.
  private func lengths(_ stage: ReportContents.Stage) -> [LineChart] {
    var left = stage.names(under: "length/")
    var charts: [LineChart] = []
    for window in contents.summary?.windows ?? [] {
      let points = window.segments.map { stage.points("length/" + $0) }
      guard let first = points.first, points.allSatisfy({ $0.count == first.count }), !first.isEmpty
      else { continue }
      let sums = first.indices.map { index in
        ChartPoint(x: first[index].x, y: points.reduce(0) { $0 + $1[index].y })
      }
      left.removeAll(where: window.segments.contains)
      let process = window.segments.first.flatMap(palette.process(ofSegment:))
      let range =
        "\(window.minimum)\u{2013}\(window.maximum) tokens"
      charts.append(
        LineChart(
          title: "Length of " + window.segments.map(Format.words).joined(separator: " + "),
          explanation: "mean tokens; the band is the declared window",
          unit: .tokens,
          series: [
            .init(
              name: "tokens",
              style: process.map { "series-\(palette.index(of: $0))" } ?? "series-ink",
              points: sums)
          ],
          bands: [
            .init(low: Double(window.minimum), high: Double(window.maximum), label: range)
          ], includes: [0]))
    }
    if !charts.isEmpty { left.removeAll { $0 == "response" } }
    if !left.isEmpty {
      charts.append(
        LineChart(
          title: "Lengths", explanation: "mean tokens", unit: .tokens,
          series: left.enumerated().map { index, segment in
            .init(
              name: Format.words(segment), style: "series-\(index % 4)",
              points: stage.points("length/" + segment))
          }, includes: [0]))
    }
    return charts
  }

  private func perProcess(_ stage: ReportContents.Stage, _ prefix: String) -> [LineChart.Series] {
    stage.names(under: prefix).map { process in
      .init(
        name: Format.words(process),
        style: palette.processes.contains(process)
          ? "series-\(palette.index(of: process))" : "series-ink",
        points: stage.points(prefix + process))
    }
  }

  private func rewards(_ stage: ReportContents.Stage) -> HTML {
    let rows: [HTML] = stage.names(under: "reward/").map { name in
      let points = stage.points("reward/" + name)
      let (first, last) = (mean(points.prefix(5)), mean(points.suffix(5)))
      return """
        <tr><th scope="row"><code>\(name)</code></th><td>\(Format.number(first, decimals: 2))</td>\
        <td class="draw">\(Sparkline(points: points, label: "\(name) over the stage").svg())</td>\
        <td>\(Format.number(last, decimals: 2))</td></tr>
        """
    }
    guard !rows.isEmpty else { return .empty }
    return """
      <figure class="chart"><figcaption><h4>Each reward</h4><p>mean of the first and of the last five steps</p></figcaption>\
      <table class="rewards"><thead><tr><th scope="col">Reward</th><th scope="col">First</th><th scope="col"><span class="hidden">Course</span></th><th scope="col">Last</th></tr></thead>\
      <tbody>\(rows)</tbody></table></figure>
      """
  }

  private func mean(_ points: ArraySlice<ChartPoint>) -> Double {
    points.isEmpty ? 0 : points.reduce(0) { $0 + $1.y } / Double(points.count)
  }
}
