/// What every command that computes takes: `--threads`.
enum ThreadsArgument {
  private static let threads = Argument<Int?>.optional(
    "threads", help: "threads that compute, in place of the recipe's; results do not depend on it")

  /// For a command's declaration.
  static let specification = threads.specification

  /// - Throws: `UsageError` for a number that the recipe could not have either.
  static func value(_ arguments: ParsedArguments, of command: CommandSpecification) throws -> Int? {
    let threads = try arguments[threads]
    if let threads, !(1...256).contains(threads) {
      throw UsageError(
        message: "--threads is \(threads), but must be between 1 and 256", command: command.words)
    }
    return threads
  }
}
