import Foundation

/// Several runs on one page, for people: evaluations with their intervals and tests, settings that differ, the
/// courses over each other, lengths, tokens and time. One file without a network, a script or a font of its own.
///
/// It is made from the runs' files alone, disturbs no run, and can be made again at any time.
public enum ComparisonReport {
  /// Runs that fit one page.
  public static let most = RunPalette.most

  /// Writes the page to a file.
  ///
  /// - Parameters:
  ///   - runs: from 1 to `most`; the first is what others are compared with.
  ///   - settings: what the recipes of the same runs mean differently.
  /// - Throws: `ExperimentError`; what was in the file before is then unchanged.
  public static func write(
    _ runs: [RunDirectory], settings: SettingsComparison, to file: URL
  ) throws {
    try AtomicFile.write(Data(html(runs, settings: settings).utf8), to: file)
  }

  /// The page as text.
  ///
  /// - Throws: `ExperimentError.nothingRecorded`, `.malformed`, `.cannotRead`.
  public static func html(
    _ runs: [RunDirectory], settings: SettingsComparison
  ) throws -> String {
    let contents = try ComparisonContents(runs, settings: settings)
    let names: [HTML] = contents.runs.map { "<code>\($0.name)</code>, " }
    return Page(
      title: contents.runs.map(\.name).joined(separator: ", "), styles: css,
      masthead: ComparisonMasthead(contents: contents).html,
      sections: [
        ComparisonRunsSection(contents: contents).html,
        ComparisonEvaluationsSection(contents: contents).html,
        ComparisonSettingsSection(contents: contents).html,
        ComparisonTrainingSection(contents: contents).html,
        ComparisonCostSection(contents: contents).html,
      ],
      footer: """
        Made by sousvide from the files of \(names)and nothing else. <code>sousvide report</code> with the same runs makes it again at any time.
        """
    ).html.markup
  }

  /// What the page adds to the look of reports.
  private static let css: HTML = """
    \(RunPalette.css)
    .interval { fill: none; stroke: currentColor; stroke-width: 3; opacity: .45; stroke-linecap: round; } .point { fill: currentColor; } svg text.letter { font-size: 13px; font-weight: 700; fill: currentColor; }
    .runs td:nth-child(5) { min-width: 12em; } .runs td, .runs th, .differences td, .differences th { vertical-align: top; } .runs tbody th { white-space: nowrap; } .differences td { overflow-wrap: anywhere; min-width: 8em; } .differences td.other code { color: var(--ink); font-weight: 650; } .differences code { color: var(--soft); } .differences th code { color: var(--ink); }
    .numbers { margin-top: 28px; } #training .keys, #evaluations .keys { position: sticky; top: 0; background: var(--paper); z-index: 1; }
    """
}
