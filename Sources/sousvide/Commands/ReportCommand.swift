import Experiments
import Foundation

/// `sousvide report RUN...`
struct ReportCommand: Command {
  private static let names = Argument<[PathArgument]>.positionals(
    "run",
    help:
      "the name of a run, or its folder, such as runs/quickstart; of several the first is what others are "
      + "compared with")
  private static let file = Argument<PathArgument?>.optional(
    "output", short: "o", placeholder: "FILE",
    help:
      "where the page goes (default: report.html in the run's folder; of several runs, comparison.html "
      + "beside the first)")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.report/1")

  static let specification = CommandSpecification(
    "report", summary: "write the report of a run again, or one page that compares several",
    discussion: """
      One file that needs no network. Of several runs it has the evaluations side by side with intervals and \
      tests question by question, the settings that mean something else, the courses of training over each \
      other, lengths, tokens and time. Reads the runs' files only; works while they are going on.
      """,
    arguments: [
      names.specification, RunsArgument.specification, file.specification, json.specification,
    ],
    examples: [
      "sousvide report runs/quickstart", "sousvide report quickstart quickstart_grpo -o both.html",
    ])

  let names: [PathArgument]
  let runs: URL
  let file: URL?
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    names = try arguments[Self.names]
    runs = try RunsArgument.folder(arguments)
    file = try arguments[Self.file].map { URL(fileURLWithPath: $0.path) }
    json = try arguments[Self.json]
    guard names.count <= ComparisonReport.most else {
      throw UsageError(
        message:
          "\(names.count) runs do not fit one page: at most \(ComparisonReport.most) can be told apart",
        command: Self.specification.words)
    }
  }

  func run(_ console: Console) async throws -> ExitCode {
    let directories = try names.map { try RunsFolder.run($0.path, in: runs) }
    if let twice = directories.enumerated().first(where: { index, run in
      directories[..<index].contains(run)
    }) {
      throw UsageError(
        message: "'\(names[twice.offset].path)' is named twice", command: Self.specification.words)
    }
    let page = try write(directories, console)
    console.print(json ? try JSONOutput.text(ReportOutput(file: page.path)) : page.path)
    return .success
  }

  private func write(_ directories: [RunDirectory], _ console: Console) throws -> URL {
    guard directories.count > 1 else { return try Report.write(for: directories[0], to: file) }
    let settings = RunSettings(directories, console)
    for note in settings.notes { console.note("warning: \(note)") }
    let page =
      file
      ?? directories[0].url.deletingLastPathComponent().appendingPathComponent("comparison.html")
    try ComparisonReport.write(directories, settings: settings.comparison, to: page)
    return page
  }
}

/// `sousvide.report/1`
struct ReportOutput: Encodable {
  var schema = "sousvide.report/1"
  var file: String
}
