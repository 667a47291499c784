/// What the process ends with.
struct ExitCode: Sendable, Equatable, RawRepresentable {
  var rawValue: Int32

  static let success = ExitCode(rawValue: 0)
  /// The recipe, a file or the run has an error, and it has been told.
  static let failure = ExitCode(rawValue: 1)
  /// The command line cannot be understood.
  static let usage = ExitCode(rawValue: 2)
  /// Ctrl-C: the state is saved.
  static let interrupted = ExitCode(rawValue: 130)

  /// What the help says of each.
  static let meanings: [(code: ExitCode, meaning: String)] = [
    (.success, "all went well"),
    (
      .failure,
      "an error in a recipe, a file or a run, which it has told; or a comparison has found a difference"
    ),
    (.usage, "the command line cannot be understood (diff: a recipe has errors)"),
    (.interrupted, "Ctrl-C; what was done is saved"),
  ]
}

/// What a command is called, what it is for and what it takes.
struct CommandSpecification: Sendable {
  /// The words that name it: `["clipworld", "generate"]`.
  var words: [String]
  /// One line, no full stop.
  var summary: String
  /// A few sentences for its own help page.
  var discussion: String?
  var arguments: [ArgumentSpecification]
  /// Command lines to copy.
  var examples: [String]

  init(
    _ words: String..., summary: String, discussion: String? = nil,
    arguments: [ArgumentSpecification] = [], examples: [String] = []
  ) {
    self.words = words
    self.summary = summary
    self.discussion = discussion
    self.arguments = arguments
    self.examples = examples
  }
}

/// One command of the tool: a file in `Commands/`, a line in the tool's list.
protocol Command: Sendable {
  static var specification: CommandSpecification { get }

  /// - Throws: `UsageError` for arguments that do not go together.
  init(_ arguments: ParsedArguments) throws

  /// Does the work. An error it throws is printed as `error: …`, and the process ends with code 1.
  func run(_ console: Console) async throws -> ExitCode
}
