/// `sousvide.file/1`: what a command that writes one file has to say to programs.
struct WrittenFile: Encodable {
  var schema = "sousvide.file/1"
  var file: String

  init(file: String) { self.file = file }

  /// - Throws: `UsageError` where standard output is asked for both the file and its name.
  static func check(_ json: Bool, into: String?, of command: CommandSpecification)
    throws(UsageError)
  {
    guard json, into == nil else { return }
    throw UsageError(
      message: "with --json the text would have no place on standard output",
      help: "name a file with --into", command: command.words)
  }
}
