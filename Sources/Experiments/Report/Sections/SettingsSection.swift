/// What exactly ran: stages, the nodes of the executed graph with their digests, the recipe.
struct SettingsSection {
  let contents: ReportContents

  var html: HTML {
    """
    <section id="settings"><h2>Settings</h2>
    \(stages)\(schedules)\(nodes)\(recipe)
    </section>
    """
  }

  private var stages: HTML {
    guard let summary = contents.summary, !summary.stages.isEmpty else { return .empty }
    let rows: [HTML] = summary.stages.map { stage in
      """
      <tr><th scope="row">\(Format.words(stage.name))</th><td>\(Format.algorithm(stage.algorithm))</td>\
      <td>\(Format.count(stage.steps))</td><td>\(stage.startsFrom.map(Format.words) ?? "the start")</td>\
      <td>\(stage.seconds.map(Format.duration) ?? "\u{2013}")</td>\
      <td><code>\(stage.checkpointDigest.map(Format.digest) ?? "\u{2013}")</code></td></tr>
      """
    }
    let environment: [HTML] = summary.environment.sorted { $0.key < $1.key }.map {
      "<li>\(Format.words($0.key)) <code>\($0.value)</code></li>"
    }
    let cites: [HTML] = summary.cites.map { "<li>cites \($0)</li>" }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="Stages"><table class="stages"><thead><tr>\
      <th scope="col">Stage</th><th scope="col">Algorithm</th><th scope="col">Steps</th>\
      <th scope="col">Starts from</th><th scope="col">Took</th><th scope="col">Weights</th></tr></thead>\
      <tbody>\(rows)</tbody></table></div><ul class="facts">\(environment)\(cites)</ul>
      """
  }

  /// What changed from step to step because the recipe says so.
  private var schedules: HTML {
    let items: [HTML] = contents.stages.flatMap { stage in
      let weights = stage.names(under: "weight/").map { "weight/\($0)" }
      let keys = ["learning_rate", "temperature", "kl_coefficient"] + weights
      return keys.compactMap { key -> HTML? in
        let points = stage.points(key)
        guard let first = points.first, let last = points.last,
          points.contains(where: { $0.y != first.y })
        else { return nil }
        let spark = Sparkline(points: points, label: "\(key) of \(stage.name)")
        return """
          <li>\(Format.words(stage.name)) <code>\(key)</code> \(spark.svg()) \
          \(Format.significant(first.y)) to \(Format.significant(last.y))</li>
          """
      }
    }
    guard !items.isEmpty else { return .empty }
    return """
      <details><summary>Schedules <span>\(items.count)</span></summary>\
      <ul class="facts">\(items)</ul></details>
      """
  }

  private var nodes: HTML {
    guard let graph = contents.graph, !graph.nodes.isEmpty else { return .empty }
    let rows: [HTML] = graph.nodes.map { node in
      let line: HTML = node.line.map { "<small>line \($0) of the recipe</small>" } ?? .empty
      return """
        <tr><th scope="row">\(node.id)\(line)</th>\
        <td class="settings">\(node.summary)</td><td><code title="\(node.digest)">\(Format.digest(node.digest))</code></td></tr>
        """
    }
    return """
      <details><summary>The training graph <span>\(graph.nodes.count) nodes</span></summary>\
      <p class="note">A digest covers a node's settings and everything it depends on: equal digests, equal computation.</p>\
      <div class="scroll" tabindex="0" role="region" aria-label="Nodes"><table class="nodes"><thead><tr>\
      <th scope="col">Node</th><th scope="col">Settings</th><th scope="col">Digest</th></tr></thead>\
      <tbody>\(rows)</tbody></table></div></details>
      """
  }

  private var recipe: HTML {
    guard !contents.recipe.isEmpty else { return .empty }
    let lines = contents.recipe.split(separator: "\n", omittingEmptySubsequences: false).count
    return """
      <details><summary>The recipe <span>\(lines) lines</span></summary>\
      <pre tabindex="0"><code>\(RecipeHighlight.html(contents.recipe))</code></pre></details>
      """
  }
}
