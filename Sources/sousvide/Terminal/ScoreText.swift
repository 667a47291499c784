import Trainer

/// A score report for people.
struct ScoreText {
  let console: Console

  func text(_ report: ScoreReport) -> String {
    var lines: [String] = []
    if report.countsWords {
      lines.append(
        console.style(
          "Lengths count words and punctuation marks: the tokenizer does not exist before the run. "
            + "Name a finished one with --tokenizer.", .yellow))
    }
    for group in report.groups { lines += [""] + self.lines(group) }
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(_ group: ScoreReport.Group) -> [String] {
    var lines = [console.style("group \(group.group)", .bold)]
    if let reason = group.dropped {
      lines.append(console.style("  left out of the update: \(reason)", .red))
    }
    for (name, scope) in group.scopes.sorted(by: { $0.key < $1.key }) {
      let spread =
        scope.isZeroVariance
        ? console.style("all equal, nothing to learn", .yellow)
        : "deviation \(short(scope.deviation))"
      lines.append(
        "  \(name) = \(scope.rewards.joined(separator: " + ")): mean \(short(scope.mean)), "
          + "\(spread), \(scope.count) of \(group.responses.count)")
    }
    return lines + group.responses.flatMap(self.lines)
  }

  private func lines(_ response: ScoreReport.Response) -> [String] {
    var lines = [
      "",
      console.style("  line \(response.line)", .bold)
        + console.style(", \(response.tokens) tokens", .faint),
    ]
    let width =
      (response.segments.map(\.name) + response.rewards.map(\.name)).map(\.count).max() ?? 0
    func pad(_ name: String) -> String {
      name + String(repeating: " ", count: max(0, width - name.count))
    }
    for segment in response.segments {
      let found = segment.outcome == "found"
      let outcome = console.style(segment.outcome, found ? .green : .red)
      let text = found ? "  \(segment.tokens) tok  \(excerpt(segment.text))" : ""
      lines.append("    \(pad(segment.name))  \(outcome)\(text)")
    }
    for reward in response.rewards {
      let value = reward.value.map(short) ?? console.style(reward.outcome, .yellow)
      let reason = reward.because.map { console.style("  \($0)", .faint) } ?? ""
      lines.append("    \(pad(reward.name))  \(value)\(reason)")
    }
    for credit in response.credit {
      let range = "\(credit.tokens[0])..<\(credit.tokens[1])"
      let why = response.advantages[credit.scope]?.why ?? ""
      lines.append(
        "    tokens \(range)  \(credit.part)  "
          + console.style(signed(credit.advantage), credit.advantage < 0 ? .red : .green)
          + console.style("  \(credit.scope): \(why)", .faint))
    }
    return lines
  }

  private func excerpt(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    let room = max(20, console.width - 44)
    return line.count > room ? "\"\(line.prefix(room - 3))...\"" : "\"\(line)\""
  }

  private func short(_ value: Double) -> String {
    let rounded = (value * 1_000).rounded() / 1_000
    return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
  }

  private func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + short(value) }
}
