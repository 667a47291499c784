import Experiments
import Foundation

/// What every command that looks for runs takes: `--runs`.
enum RunsArgument {
  private static let runs = Argument<PathArgument?>.optional(
    "runs", placeholder: "FOLDER", help: "folder that runs are kept in (default: runs)")

  /// For a command's declaration.
  static let specification = runs.specification

  static func folder(_ arguments: ParsedArguments) throws -> URL {
    URL(fileURLWithPath: try arguments[runs]?.path ?? "runs", isDirectory: true)
  }
}
