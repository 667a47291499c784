/// Where a run stands, on its live page.
struct LiveStatus {
  let snapshot: RunSnapshot

  var html: HTML {
    let stages: [HTML] = snapshot.stages.map(stage)
    return """
      <h1>\(snapshot.title)</h1>
      <p class="facts">\(snapshot.outcome.rawValue)</p>
      <ul class="stages-live">\(stages)</ul>
      """
  }

  private func stage(_ stage: RunSnapshot.Stage) -> HTML {
    let isCurrent = stage.name == snapshot.current?.stage
    let notes = [
      Format.algorithm(stage.algorithm), stage.seconds.map(Format.duration),
      isCurrent ? snapshot.current?.secondsLeft.map { "\(Format.duration($0)) left" } : nil,
    ].compactMap { $0 }
    let count =
      stage.steps > 0 ? "\(Format.count(stage.done)) of \(Format.count(stage.steps))" : ""
    return """
      <li><span>\(Format.title(stage.name))</span>\
      <progress max="\(max(1, stage.steps))" value="\(stage.isComplete ? max(1, stage.steps) : stage.done)" \
      aria-label="Steps of \(Format.words(stage.name))"></progress>\
      <span class="count">\(count)<br><span class="quiet">\(notes.joined(separator: " · "))</span></span></li>
      """
  }
}
