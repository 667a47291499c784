/// A code together with what the checker says about its example: the page of `sousvide explain`, and
/// its part of the catalogue.
public struct ExplainedCode: Sendable {
  public let code: DiagnosticCode
  /// What the example gives; nil where there is none.
  private let finding: (result: CheckResult, diagnostic: Diagnostic)?

  public init(_ code: DiagnosticCode, _ vocabulary: Vocabulary) {
    self.code = code
    finding = code.explanation?.example.flatMap { example in
      let result = RecipeChecker.check(
        text: example.text, vocabulary: vocabulary, options: CheckOptions { _ in example.facts })
      return result.diagnostics.first { $0.code == code }.map { (result, $0) }
    }
  }

  /// What the example is reported as.
  public var severity: Diagnostic.Severity? { finding?.diagnostic.severity }

  /// The fixes that `check --fix` would choose from.
  private var fixes: [Fix] { finding?.diagnostic.fixes ?? [] }

  // MARK: On a terminal

  /// What, why, an example with its finding, how to mend it, and a near miss.
  public func text(style: RenderStyle) -> String {
    var page = RenderStyle(
      colour: style.colour, width: style.width ?? 80, isASCII: style.isASCII)
    page.width = min(page.width ?? 80, 100)
    var lines = [
      Paint.bold.apply(to: "\(code.name) \(code.slug)", style), "",
    ]
    lines += page.wrapped(code.summary, after: 0)
    guard let explanation = code.explanation else { return lines.joined(separator: "\n") + "\n" }
    lines += ["", heading("Why", style)] + indented(page.wrapped(explanation.why, after: 2))
    if let example = explanation.example {
      lines += ["", heading("Example", style)] + source(example, page)
    }
    if let finding {
      let renderer = DiagnosticRenderer(files: finding.result.files, style: page)
      let rendered = renderer.render(finding.diagnostic).split(
        separator: "\n", omittingEmptySubsequences: false)
      lines += [""] + indented(rendered.dropLast().map(String.init))
    }
    if !fixes.isEmpty {
      lines += ["", heading("Fix", style)]
      lines += fixes.map { fix in
        "  \(page.legible(fix.title))"
          + (fix.isSafe ? " (done by `check --fix`)" : " (done by `check --fix --unsafe-fixes`)")
      }
    }
    if let nearMiss = explanation.nearMiss {
      lines += ["", heading("Accepted", style)] + source(nearMiss, page)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func heading(_ text: String, _ style: RenderStyle) -> String {
    Paint.bold.apply(to: text, style)
  }

  private func source(_ example: RecipeExample, _ style: RenderStyle) -> [String] {
    indented(lines(of: example).map { style.legible($0.replacing("\t", with: "  ")) })
  }

  private func indented(_ lines: [String]) -> [String] {
    lines.map { $0.isEmpty ? "" : "  \($0)" }
  }

  // MARK: In Markdown

  /// A row of the index.
  var row: String {
    let anchor = "\(code.name)-\(code.slug)".lowercased()
    let severity = severity?.rawValue ?? ""
    let meaning = code.summary.replacing("|", with: "\\|")
    return "| [\(code.name)](#\(anchor)) | `\(code.slug)` | \(severity) | \(meaning) |\n"
  }

  /// A section of the page.
  var section: String {
    var text = "\n### \(code.name) \(code.slug)\n\n\(code.summary)"
    guard let explanation = code.explanation else { return text + "\n" }
    text += " \(explanation.why.trimmingBlankEnd)\n"
    if let example = explanation.example { text += "\n" + block(example) }
    if let diagnostic = finding?.diagnostic {
      text += "\n> **\(diagnostic.severity)**: \(diagnostic.message)"
      if let help = diagnostic.help { text += "  \n> help: \(help)" }
      text += "\n"
    }
    if let nearMiss = explanation.nearMiss {
      text += "\nAccepted:\n\n" + block(nearMiss)
    }
    return text
  }

  private func block(_ example: RecipeExample) -> String {
    "```yaml\n" + lines(of: example).joined(separator: "\n") + "\n```\n"
  }

  private func lines(of example: RecipeExample) -> [String] {
    var lines = example.excerpt.split(separator: "\n", omittingEmptySubsequences: false)
    while lines.last?.allSatisfy(\.isWhitespace) == true { lines.removeLast() }
    return lines.map(String.init)
  }
}

extension String {
  fileprivate var trimmingBlankEnd: String {
    var text = Substring(self)
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}
