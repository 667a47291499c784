import Foundation
import RecipeLanguage

/// Where a command writes: standard output for what was asked for, standard error for messages and
/// progress.
struct Console: Sendable {
  enum Style: String, Sendable {
    case bold = "1"
    case faint = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case blue = "34"
    case cyan = "36"
  }

  /// Writes to standard output or to where a test reads.
  var output: @Sendable (String) -> Void
  /// Writes to standard error or to where a test reads.
  var error: @Sendable (String) -> Void
  /// Whether a person watches the messages, on a terminal that can redraw a line.
  var isInteractive: Bool
  var usesColour: Bool
  /// Columns.
  var width: Int
  /// Whether diagnostics are drawn for this width: on a terminal, but not in a file.
  var wraps = false
  /// Whether only ASCII is shown.
  var isASCII = false
  /// A line that a person types; nil where nobody can be asked.
  var answer: @Sendable () -> String? = { nil }

  /// How diagnostics are drawn here.
  var renderStyle: RenderStyle {
    RenderStyle(colour: usesColour, width: wraps ? width : nil, isASCII: isASCII)
  }

  /// The console of this process.
  static func standard(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> Console {
    let messages = isatty(STDERR_FILENO) == 1
    return Console(
      output: { write($0, to: STDOUT_FILENO) }, error: { write($0, to: STDERR_FILENO) },
      isInteractive: messages && isCapable(environment),
      usesColour: usesColour(environment, onTerminal: messages && isatty(STDOUT_FILENO) == 1),
      width: columns(environment), wraps: messages, isASCII: isASCII(environment),
      answer: { isatty(STDIN_FILENO) == 1 && messages ? readLine() : nil })
  }

  /// A terminal called `dumb`, or not called anything, is written to like a file.
  private static func isCapable(_ environment: [String: String]) -> Bool {
    environment["TERM"].map { $0 != "dumb" && !$0.isEmpty } ?? false
  }

  /// `NO_COLOR` turns colour off wherever it goes, `CLICOLOR_FORCE` turns it on even in a file.
  static func usesColour(_ environment: [String: String], onTerminal: Bool) -> Bool {
    if environment["NO_COLOR"].map({ !$0.isEmpty }) ?? false { return false }
    if environment["CLICOLOR_FORCE"].map({ !$0.isEmpty && $0 != "0" }) ?? false { return true }
    return onTerminal && isCapable(environment) && environment["CLICOLOR"] != "0"
  }

  /// Whether the locale names an encoding other than UTF-8. Where nothing is said, UTF-8 is assumed.
  static func isASCII(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    guard let locale = locale?.lowercased() else { return false }
    return !locale.contains("utf-8") && !locale.contains("utf8")
  }

  /// Prints what was asked for.
  func print(_ text: String, terminator: String = "\n") { output(text + terminator) }

  /// Prints a message.
  func note(_ text: String) { error(text + "\n") }

  /// Prints an error; its first word stands out.
  func complain(_ text: String) {
    let prefix = "error:"
    error(
      (text.hasPrefix(prefix) ? style(prefix, .red) + text.dropFirst(prefix.count) : text) + "\n")
  }

  /// The text in a style, where styles are shown.
  func style(_ text: String, _ styles: Style...) -> String {
    guard usesColour, !text.isEmpty else { return text }
    return "\u{1B}[\(styles.map(\.rawValue).joined(separator: ";"))m\(text)\u{1B}[0m"
  }

  /// Writes all of the text. A reader that has gone away (a closed pipe) is no error of ours.
  private static func write(_ text: String, to descriptor: Int32) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        bytes = bytes.dropFirst(count)
      } else if errno != EINTR {
        return
      }
    }
  }

  private static func columns(_ environment: [String: String]) -> Int {
    var size = winsize()
    if ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 {
      return max(40, Int(size.ws_col))
    }
    return environment["COLUMNS"].flatMap { Int($0) }.map { max(40, $0) } ?? 80
  }
}
