/// What the recipes mean differently: what results can depend on first.
struct ComparisonSettingsSection {
  let contents: ComparisonContents

  /// Characters of a value that are shown.
  private static let limit = 240

  var html: HTML {
    let rows = contents.settings.rows
    let body: HTML =
      rows.isEmpty
      ? "<p class=\"note\">\(nothing)</p>"
      : "\(table(rows.filter(\.changesResults), "Settings"))\(others(rows.filter { !$0.changesResults }))"
    return """
      <section id="settings"><h2>Settings that differ</h2>
      \(body)
      </section>
      """
  }

  private var nothing: String {
    let digests = contents.runs.map(\.graphDigest)
    return digests.allSatisfy { $0 != nil && $0 == digests[0] }
      ? "None: the runs executed the same training graph."
      : "None that could be compared."
  }

  /// What results do not depend on.
  private func others(_ rows: [SettingsComparison.Row]) -> HTML {
    guard !rows.isEmpty else { return .empty }
    return """
      <details><summary>Results do not depend on <span>\(rows.count)</span></summary>\(table(rows, "Other settings"))</details>
      """
  }

  private func table(_ rows: [SettingsComparison.Row], _ label: String) -> HTML {
    guard !rows.isEmpty else { return "<p class=\"note\">None that results depend on.</p>" }
    let heads: [HTML] = contents.runs.indices.map {
      "<th scope=\"col\">\(RunPalette.badge($0)) <span class=\"hidden\">\(contents.runs[$0].name)</span></th>"
    }
    let lines: [HTML] = rows.map { row in
      let cells: [HTML] = row.values.map { value in
        guard let value else { return "<td class=\"quiet\">\u{2013}</td>" }
        let isLikeFirst = value == row.values[0]
        return """
          <td\(HTML.attribute("class", isLikeFirst ? nil : "other"))><code>\(Excerpt.html(value, within: Self.limit))</code></td>
          """
      }
      return "<tr><th scope=\"row\"><code>\(row.path)</code></th>\(cells)</tr>"
    }
    return """
      <div class="scroll" tabindex="0" role="region" aria-label="\(label)"><table class="differences"><thead><tr>\
      <th scope="col"><span class="hidden">Setting</span></th>\(heads)</tr></thead><tbody>\(lines)</tbody></table></div>
      """
  }
}
