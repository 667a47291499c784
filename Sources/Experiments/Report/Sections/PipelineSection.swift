import Trainer

/// What pipelines did with their items: one row per step, from the first to the last.
struct PipelineSection {
  let contents: ReportContents

  var html: HTML {
    let funnels = (contents.summary?.stages ?? []).compactMap { stage in
      stage.funnel.map { (name: stage.name, funnel: $0) }
    }
    guard !funnels.isEmpty else { return .empty }
    let tables: [HTML] = funnels.map { table($0.name, $0.funnel) }
    return """
      <section id="pipelines"><h2>Data pipelines</h2>
      <p class="note">Responses that came to each step and passed it, over all attempts; why each item \
      was dropped is in <code>items.jsonl</code> of the stage.</p>
      \(tables)
      </section>
      """
  }

  private func table(_ name: String, _ funnel: PipelineFunnel) -> HTML {
    let rows: [HTML] = funnel.steps.map { step in
      let share = step.reached > 0 ? Double(step.passed) / Double(step.reached) : 0
      return """
        <tr><th scope="row"><code>\(step.name)</code></th><td>\(Format.count(step.reached))</td>\
        <td>\(Format.count(step.passed))</td><td>\(Format.percent(share))</td>\
        <td>\(Format.count(step.dropped))</td></tr>
        """
    }
    return """
      <h3 class="stage">\(Format.title(name)) <span>\(Format.count(funnel.kept)) of \
      \(Format.count(funnel.items)) items kept, \(Format.count(funnel.retried)) written again</span></h3>
      <div class="scroll" tabindex="0" role="region" aria-label="\(Format.title(name))">\
      <table class="stages"><thead><tr><th scope="col">Step</th><th scope="col">Responses</th>\
      <th scope="col">Passed</th><th scope="col">Share</th><th scope="col">Items dropped</th></tr></thead>\
      <tbody>\(rows)</tbody></table></div>
      """
  }
}
