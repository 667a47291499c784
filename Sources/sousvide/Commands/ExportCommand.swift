import Experiments
import Foundation

/// `sousvide export RUN --format csv|tensorboard --into FOLDER`
struct ExportCommand: Command {
  private static let run = Argument<PathArgument>.positional(
    "run", help: "the name of a run, or its folder")
  private static let format = Argument<ExportFormat>.option(
    "format", default: .csv, spelled: ExportFormat.csv.rawValue, help: "csv or tensorboard")
  private static let folder = Argument<PathArgument?>.optional(
    "into", placeholder: "FOLDER", help: "where the files go (default: exports)")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.export/1")

  static let specification = CommandSpecification(
    "export", summary: "steps and evaluations of a run for other programs",
    discussion: """
      csv writes steps.csv and evaluations.csv, a column for every metric. tensorboard writes an event file \
      in a folder of the run's name: scalars <stage>/<metric> by the stage's steps, and \
      <evaluation>/<metric> by the steps of all stages up to it. Works while the run is going on.
      """,
    arguments: [
      run.specification, format.specification, folder.specification, RunsArgument.specification,
      json.specification,
    ],
    examples: [
      "sousvide export quickstart --into tables",
      "sousvide export runs/quickstart --format tensorboard --into logs",
    ])

  let run: PathArgument
  let runs: URL
  let format: ExportFormat
  let folder: URL
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    run = try arguments[Self.run]
    runs = try RunsArgument.folder(arguments)
    format = try arguments[Self.format]
    folder = URL(
      fileURLWithPath: try arguments[Self.folder]?.path ?? "exports", isDirectory: true)
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let run = try RunsFolder.run(run.path, in: runs)
    let files =
      switch format {
      case .csv: try RunExport.writeTables(of: run, into: folder)
      case .tensorboard: try RunExport.writeEvents(of: run, into: folder)
      }
    let paths = files.map(\.relativePath)
    console.print(
      json ? try JSONOutput.text(ExportOutput(files: paths)) : paths.joined(separator: "\n"))
    return .success
  }
}

enum ExportFormat: String, CaseIterable, ArgumentValue { case csv, tensorboard }

/// `sousvide.export/1`
private struct ExportOutput: Encodable {
  var schema = "sousvide.export/1"
  var files: [String]
}
