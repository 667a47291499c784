/// What this run is, in three lines.
struct Masthead {
  let contents: ReportContents

  var html: HTML {
    let links: [HTML] =
      [("results", "Results"), ("training", "Training")].map(link)
      + (contents.samples.isEmpty ? [] : [link("responses", "Responses")])
      + [link("settings", "Settings")]
    let facts: [HTML] = facts.map { "<li>\($0)</li>" }
    return """
      <header class="masthead">
      <nav aria-label="Parts of this report"><span class="wordmark">sousvide</span><span class="links">\(links)</span></nav>
      <p class="eyebrow">Run report · \(contents.name)</p>
      <h1>\(contents.summary?.title ?? Format.title(contents.name))</h1>
      <ul class="facts">\(facts)</ul>
      </header>
      """
  }

  private func link(_ id: String, _ name: String) -> HTML { "<a href=\"#\(id)\">\(name)</a>" }

  private var facts: [String] {
    var facts: [String] = []
    if let summary = contents.summary {
      if let count = summary.parameterCount { facts.append("\(Format.count(count)) parameters") }
      facts.append("seed \(summary.seed)")
      if let threads = summary.threads {
        facts.append(threads == 1 ? "1 thread" : "\(threads) threads")
      }
      if let seconds = summary.seconds { facts.append(Format.duration(seconds)) }
      if let bytes = summary.peakMemoryBytes {
        facts.append("\(Format.count(Int(clamping: bytes / 1_000_000))) MB at most")
      }
      if summary.outcome != .finished { facts.append(summary.outcome.rawValue) }
    }
    if let digest = contents.graph?.digest { facts.append("graph \(Format.digest(digest))") }
    return facts
  }
}
