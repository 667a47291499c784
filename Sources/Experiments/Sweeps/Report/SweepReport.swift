import Foundation

extension SweepFolder {
  /// Where the report of the sweep is kept: `report/index.html`, with `sweep.csv` and `sweep.json`.
  public var reportFolder: URL { url.appendingPathComponent("report", isDirectory: true) }
}

/// What a sweep has found, for people: `report/index.html`, one file without a network, a script or a
/// font of its own, and the same numbers for programs beside it.
///
/// It is made from the sweep's folder alone, disturbs no run, and can be made again at any time.
public enum SweepReport {
  /// Writes page, table and results, and returns the location of the page.
  ///
  /// - Throws: `ExperimentError`; each file is then what it was before, or complete.
  @discardableResult
  public static func write(for folder: SweepFolder) throws -> URL {
    let contents = try SweepReportContents(folder)
    try RunDirectory.makeFolder(folder.reportFolder)
    func put(_ data: Data, _ name: String) throws -> URL {
      let file = folder.reportFolder.appendingPathComponent(name)
      try AtomicFile.write(data, to: file)
      return file
    }
    _ = try put(Data(SweepCSV(contents.results).text.utf8), "sweep.csv")
    _ = try put(try json(contents.results), "sweep.json")
    return try put(Data(html(contents).utf8), "index.html")
  }

  /// The page as text.
  ///
  /// - Throws: `ExperimentError.noSuchSweep`, `.malformed`, `.cannotRead`.
  public static func html(for folder: SweepFolder) throws -> String {
    html(try SweepReportContents(folder))
  }

  /// As `sousvide sweep show --json` prints them.
  private static func json(_ results: SweepResults) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    do {
      return try encoder.encode(results) + Data("\n".utf8)
    } catch {
      throw ExperimentError.cannotWrite(
        file: "sweep.json", reason: "a value of the sweep is not a finite number")
    }
  }

  private static func html(_ contents: SweepReportContents) -> String {
    Page(
      title: contents.results.title, styles: SweepStylesheet.css,
      symbols: [ProcessPalette.symbols, SweepStylesheet.patterns],
      masthead: SweepMasthead(contents: contents).html,
      sections: [
        SweepMapSection(contents: contents).html,
        SweepTableSection(contents: contents).html,
        SweepChoiceSection(contents: contents).html,
        SweepMeasuresSection(contents: contents).html,
        SweepParetoSection(contents: contents).html,
        SweepCurvesSection(contents: contents).html,
        SweepSamplesSection(contents: contents).html,
        SweepProvenanceSection(contents: contents).html,
      ],
      footer: """
        Made by sousvide from the files of <code>\(contents.results.name)</code>. \
        <code>sousvide sweep report</code> makes it again at any time; <code>sweep.csv</code> and \
        <code>sweep.json</code> beside it hold the numbers.
        """
    ).html.markup
  }
}
