import Foundation

/// The page for people: `report.html`, one file without a network, a script or a font of its own.
///
/// It is made from the run directory's files alone, and the clips' frames where the clips are still
/// there, so it can be made again at any time.
public enum Report {
  /// How much the frames of all clips may add to the page, in bytes of PNG.
  static let frameBudget = 700_000
  /// How much of the page responses may take, in bytes of HTML.
  static let responseBudget = 600_000

  /// Writes `report.html` into the run directory, or the page to another file, and returns its location.
  ///
  /// - Throws: `ExperimentError`; the report that was there before is then unchanged.
  @discardableResult
  public static func write(
    for run: RunDirectory, to file: URL? = nil, frames: ClipFrames = .decoded()
  ) throws -> URL {
    let page = try html(for: run, frames: frames)
    let file = file ?? run.url(of: .report)
    try AtomicFile.write(Data(page.utf8), to: file)
    return file
  }

  /// The page as text.
  public static func html(
    for run: RunDirectory, frames: ClipFrames = .decoded()
  ) throws -> String {
    let contents = try ReportContents(run)
    let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    // A relative path starts where the run was started: here, or beside the folder of all runs.
    let beside = run.url.deletingLastPathComponent().deletingLastPathComponent()
    var clips = ClipStrips(
      folders: [run.url, here, beside], frames: frames, remainingBytes: frameBudget)
    let palette = ProcessPalette(contents)
    return Page(
      title: contents.summary?.title ?? contents.name,
      masthead: Masthead(contents: contents).html,
      sections: [
        ResultsSection(contents: contents).html,
        EvaluationsSection(contents: contents).html,
        FindingsSection(contents: contents).html,
        PipelineSection(contents: contents).html,
        TrainingSection(contents: contents, palette: palette).html,
        ResponsesSection(contents: contents, palette: palette).html(&clips),
        SettingsSection(contents: contents).html,
      ],
      footer: """
        Made by sousvide from the files of <code>\(contents.name)</code>. \
        <code>sousvide report</code> makes it again at any time.
        """
    ).html.markup
  }
}
