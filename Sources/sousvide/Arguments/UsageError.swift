/// A command line that cannot be understood. The process ends with code 2.
struct UsageError: Error, Equatable, CustomStringConvertible {
  var message: String
  /// What the user probably meant, or may do.
  var help: String?
  /// The words of the command whose `--help` explains more.
  var command: [String] = []

  var description: String {
    var lines = ["error: \(message)"]
    if let help { lines.append("  help: \(help)") }
    let words = (["sousvide"] + command + ["--help"]).joined(separator: " ")
    lines.append("  usage: try `\(words)`")
    return lines.joined(separator: "\n")
  }
}
