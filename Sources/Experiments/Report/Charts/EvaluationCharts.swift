import Trainer

/// Evaluations of the policy that a stage trains, over its steps.
struct EvaluationCharts {
  let contents: ReportContents
  let stage: ReportContents.Stage

  /// A chart per evaluation that was asked within the stage.
  var all: [LineChart] {
    let records = contents.intermediate.filter { $0.stage == stage.name }
    let names = records.map(\.evaluation).reduce(into: [String]()) {
      if !$0.contains($1) { $0.append($1) }
    }
    return names.map { name in chart(name, records.filter { $0.evaluation == name }) }
  }

  private func chart(_ name: String, _ records: [EvaluationRecord]) -> LineChart {
    let choice = contents.summary?.stages.first { $0.name == stage.name }?.choice
    let metric = choice.flatMap { chosen(by: $0, of: name) } ?? "accuracy"
    // The result of the last step is evaluated when the stage is over.
    let end = contents.evaluations.filter {
      $0.stage == stage.name && $0.evaluation == name && $0.step > records.last?.step ?? 0
    }
    let points = (records + end).compactMap { record in
      record.values[metric].map { ChartPoint(x: Double(record.step), y: $0) }
    }
    let known = EvaluationTable.metrics.first { $0.key == metric }
    let best = choice.flatMap { choice in
      chosen(by: choice, of: name).map { _ in
        LineChart.Marker(
          point: ChartPoint(x: Double(choice.best.step), y: choice.best.value),
          label: "the result, step \(choice.best.step)")
      }
    }
    return LineChart(
      title: "\(Format.title(name)) over steps",
      explanation:
        "\(known?.name ?? Format.words(metric)) of greedy responses while the stage trains",
      unit: known == nil ? .plain : .share,
      series: [
        .init(name: known?.name ?? Format.words(metric), style: "series-ink", points: points)
      ],
      markers: [best].compactMap { $0 })
  }

  /// As evaluations record it, the metric that a choice goes by; nil where it is another evaluation's.
  private func chosen(by choice: StageSelection, of name: String) -> String? {
    choice.evaluation == name ? choice.recorded : nil
  }
}
