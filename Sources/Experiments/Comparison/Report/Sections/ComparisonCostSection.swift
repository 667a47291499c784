/// What the runs took and what their responses were like in the end.
struct ComparisonCostSection {
  let contents: ComparisonContents

  var html: HTML {
    let heads: [HTML] = contents.runs.indices.map {
      "<th scope=\"col\">\(RunPalette.badge($0)) <span class=\"hidden\">\(contents.runs[$0].name)</span></th>"
    }
    let groups: [HTML] =
      ([("Cost", costs)] + contents.stages.map { (Format.title($0), ends(of: $0)) })
      .filter { !$0.1.isEmpty }.map { title, rows in
        let lines: [HTML] = rows.map { row in
          let cells: [HTML] = row.values.map { value in
            let text = value ?? "\u{2013}"
            return "<td>\(text)</td>"
          }
          return "<tr><th scope=\"row\">\(row.name)</th>\(cells)</tr>"
        }
        return """
          <tr class="group"><th colspan="\(contents.runs.count + 1)" scope="rowgroup">\(title)</th></tr>\(lines)
          """
      }
    return """
      <section id="cost"><h2>Lengths, tokens and time</h2>
      <p class="note">Of the stages: means over the last quarter of the steps. Seconds count what each run made itself, and not \
      what it took over.</p>
      <div class="scroll" tabindex="0" role="region" aria-label="Lengths, tokens and time"><table class="results"><thead><tr>\
      <th scope="col"><span class="hidden">Measure</span></th>\(heads)</tr></thead><tbody>\(groups)</tbody></table></div>
      </section>
      """
  }

  private typealias Row = (name: String, values: [String?])

  private var costs: [Row] {
    let rows: [Row] = [
      ("Time", contents.runs.map { $0.summary?.seconds.map(Format.duration) }),
      (
        "Memory at most",
        contents.runs.map {
          $0.summary?.peakMemoryBytes.map {
            "\(Format.count(Int(clamping: $0 / 1_000_000)))\u{202F}MB"
          }
        }
      ),
      ("Threads", contents.runs.map { $0.summary?.threads.map(String.init) }),
      ("Generated tokens", contents.runs.map { count($0.generatedTokens) }),
      ("Tokens learnt from", contents.runs.map { count($0.learntTokens) }),
    ]
    return rows.filter { $0.values.contains { $0 != nil } }
  }

  private func count(_ tokens: Double) -> String? {
    tokens > 0 ? Format.count(Int(saturating: tokens)) : nil
  }

  /// Of a stage: its steps and seconds, and what its last quarter came to.
  private func ends(of stage: String) -> [Row] {
    let stages = contents.runs.map { run in run.summary?.stages.first { $0.name == stage } }
    let steps = contents.steps(of: stage)
    let means = contents.runs.map { $0.means[stage] ?? [:] }
    let lengths = Set(means.flatMap(\.keys)).filter { $0.hasPrefix("length/") }.sorted()
    let rows: [Row] =
      [
        ("Steps made", steps.map { ($0?.steps.count).map(Format.count) }),
        ("Time", stages.map { $0?.seconds.map(Format.duration) }),
      ]
      + lengths.map { name in
        (
          "Length of \(Format.words(String(name.dropFirst(7)))), tokens",
          means.map { $0[name].map { Format.number($0, decimals: 1) } }
        )
      }
      + [("truncated", "Truncated responses"), ("informative_groups", "Informative groups")].map {
        key, name in (name, means.map { $0[key].map { Format.percent($0) } })
      }
      + [("entropy", "Entropy, nats"), ("kl", "KL, nats")].map { key, name in
        (name, means.map { $0[key].map(Format.significant) })
      }
    return rows.filter { $0.values.contains { $0 != nil } }
  }
}
