import Judges

/// What every command that asks judges takes: where the tape is, and whether it alone may answer.
enum JudgeArguments {
  private static let folder = Argument<PathArgument?>.optional(
    "runs",
    help:
      "folder that runs and the judges' answers are kept in (default: runs, or where the run is)")
  static let offline = Argument<Bool>.flag(
    "offline", help: "take what judges said from earlier runs; the network is not used")

  /// For a command's declaration.
  static let specifications = [folder.specification, offline.specification]

  static func runs(_ arguments: ParsedArguments) throws -> String {
    try given(arguments) ?? "runs"
  }

  /// The folder that is named; nil leaves it to the command.
  static func given(_ arguments: ParsedArguments) throws -> String? { try arguments[folder]?.path }
}
