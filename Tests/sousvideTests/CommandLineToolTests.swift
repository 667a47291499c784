import Foundation
import Synchronization
import Testing

@testable import sousvide

/// A console that keeps what is written.
final class Recording: Sendable {
  private let texts = Mutex((output: "", error: ""))
  var output: String { texts.withLock { $0.output } }
  var error: String { texts.withLock { $0.error } }

  func console(interactive: Bool = false, colour: Bool = false, width: Int = 80) -> Console {
    Console(
      output: { text in self.texts.withLock { $0.output += text } },
      error: { text in self.texts.withLock { $0.error += text } },
      isInteractive: interactive, usesColour: colour, width: width)
  }

  /// A console before which Ctrl-C is pressed when it first shows a text. It holds the command up while
  /// the request is being heard.
  func console(pressingControlCAt text: String) -> Console {
    var console = console()
    let hear = console.error
    let pressed = Atomic<Bool>(false)
    console.error = { shown in
      hear(shown)
      if shown.contains(text), !pressed.exchange(true, ordering: .relaxed) {
        kill(getpid(), SIGINT)
        usleep(500_000)
      }
    }
    return console
  }
}

private enum Mode: String, CaseIterable, ArgumentValue { case fast, careful }

private struct Train: Command {
  static let recipe = Argument<PathArgument>.positional("recipe", help: "The recipe to run.")
  static let seed = Argument<UInt64?>.optional("seed", short: "s", help: "Replaces the seed.")
  static let threads = Argument<Int>.option("threads", short: "j", default: 2, help: "CPU threads.")
  static let mode = Argument<Mode>.option("mode", default: .fast, help: "How.")
  static let quiet = Argument<Bool>.flag("quiet", short: "q", help: "No progress.")
  static let tags = Argument<[String]>.repeated("tag", help: "A note to keep.")

  static let specification = CommandSpecification(
    "train", summary: "trains what a recipe declares",
    arguments: [
      recipe.specification, seed.specification, threads.specification, mode.specification,
      quiet.specification, tags.specification,
    ], examples: ["sousvide train recipes/quickstart.yaml"])

  let arguments: ParsedArguments
  init(_ arguments: ParsedArguments) { self.arguments = arguments }

  func run(_ console: Console) async throws -> ExitCode {
    let seed = try arguments[Self.seed].map { "\($0)" } ?? "none"
    let (path, threads, mode) = try (
      arguments[Self.recipe].path, arguments[Self.threads], arguments[Self.mode]
    )
    let (quiet, tags) = try (arguments[Self.quiet], arguments[Self.tags])
    console.print("\(path) seed=\(seed) threads=\(threads) mode=\(mode) quiet=\(quiet) \(tags)")
    return .success
  }
}

private struct Generate: Command {
  static let specification = CommandSpecification(
    "clipworld", "generate", summary: "renders clips and questions")
  init(_ arguments: ParsedArguments) {}
  func run(_ console: Console) async throws -> ExitCode {
    throw Problem(description: "no room in the world")
  }
  struct Problem: Error, CustomStringConvertible { var description: String }
}

@Suite("The command line")
struct CommandLineToolTests {
  private func run(_ line: String) async -> (code: Int32, output: String, error: String) {
    let tool = CommandLineTool(
      name: "sousvide", summary: "fine-tunes", version: "0.1.0",
      commands: [Train.self, Generate.self])
    let recording = Recording()
    let code = await tool.run(
      line.split(separator: " ").map(String.init), on: recording.console())
    return (code.rawValue, recording.output, recording.error)
  }

  @Test(arguments: [
    ("train r.yaml", "r.yaml seed=none threads=2 mode=fast quiet=false []"),
    ("train --seed 7 r.yaml -q", "r.yaml seed=7 threads=2 mode=fast quiet=true []"),
    ("train r.yaml --seed=7 -j4", "r.yaml seed=7 threads=4 mode=fast quiet=false []"),
    ("train -qj 3 r.yaml", "r.yaml seed=none threads=3 mode=fast quiet=true []"),
    ("train -- -r.yaml", "-r.yaml seed=none threads=2 mode=fast quiet=false []"),
    (
      "train r.yaml --tag a --tag=b --mode careful",
      "r.yaml seed=none threads=2 mode=careful quiet=false [\"a\", \"b\"]"
    ),
  ]) func `reads every spelling of an argument`(line: String, expected: String) async {
    let (code, output, error) = await run(line)
    #expect(code == 0)
    #expect(output == expected + "\n")
    #expect(error.isEmpty)
  }

  @Test(arguments: [
    ("trian r.yaml", "unknown command 'trian'", "did you mean `sousvide train`?"),
    ("train r.yaml --sead 7", "unknown flag '--sead'", "did you mean `--seed`?"),
    ("train r.yaml --hepl", "unknown flag '--hepl'", "did you mean `--help`?"),
    ("--versoin", "unknown flag '--versoin'", "did you mean `--version`?"),
    (
      "train r.yaml --mode carefull", "--mode is 'carefull', and must be one of fast, careful",
      "did you mean `careful`?"
    ),
    (
      "clipworld generat", "unknown command 'clipworld generat'",
      "did you mean `sousvide clipworld generate`?"
    ),
  ]) func `suggests what was probably meant, with code 2`(
    line: String, message: String, help: String
  ) async {
    let (code, output, error) = await run(line)
    #expect(code == 2)
    #expect(output.isEmpty)
    #expect(error.hasPrefix("error: \(message)\n  help: \(help)\n  usage: try `sousvide"))
  }

  @Test(arguments: [
    ("train", "RECIPE is missing: the recipe to run."),
    ("train a.yaml b.yaml", "'b.yaml' is one word too many: the command takes one argument"),
    ("train r.yaml --seed", "--seed needs a value: a whole number from 0"),
    ("train r.yaml --seed --quiet", "--seed needs a value: a whole number from 0"),
    ("train r.yaml --seed -1", "--seed is '-1', and must be a whole number from 0"),
    ("train r.yaml --threads two", "--threads is 'two', and must be a whole number"),
    ("train r.yaml --seed 1 --seed 2", "--seed is given twice"),
    ("train r.yaml --quiet=yes", "--quiet takes no value"),
    ("train r.yaml -x", "unknown flag '-x'"),
  ]) func `says what is wrong with an argument, with code 2`(
    line: String, message: String
  ) async {
    let (code, output, error) = await run(line)
    #expect(code == 2)
    #expect(output.isEmpty)
    #expect(error.hasPrefix("error: \(message)\n"))
    #expect(error.contains("usage: try `sousvide train --help`"))
  }

  @Test func `help exists everywhere and goes to standard output`() async {
    for line in [
      "--help", "-h", "help", "help train", "train --help", "train r.yaml -h", "clipworld --help",
    ] {
      let (code, output, error) = await run(line)
      #expect(code == 0, "\(line)")
      #expect(output.contains("Usage:"), "\(line)")
      #expect(error.isEmpty, "\(line)")
    }
  }

  @Test func `a command's help names every argument and its default`() async {
    let (_, output, _) = await run("train --help")
    #expect(
      output == """
        sousvide train - trains what a recipe declares

        Usage: sousvide train RECIPE [OPTIONS]

        Arguments:
          RECIPE  The recipe to run.

        Options:
          -s, --seed N             Replaces the seed.
          -j, --threads N          CPU threads. (default: 2)
              --mode fast|careful  How. (default: fast)
          -q, --quiet              No progress.
              --tag TEXT           A note to keep. (may be repeated)
          -h, --help               this page

        Examples:
          sousvide train recipes/quickstart.yaml

        """)
  }

  @Test func `without a command the help is shown and the code is 2`() async {
    let (code, output, _) = await run("")
    #expect(code == 2)
    #expect(output.contains("Commands:"))
    #expect(output.contains("Ends with:") && output.contains("  130  Ctrl-C"))
    #expect(output.contains("clipworld generate"))
  }

  @Test func `an error of the command itself is told, with code 1`() async {
    let (code, output, error) = await run("clipworld generate")
    #expect(code == 1)
    #expect(output.isEmpty)
    #expect(error == "error: no room in the world\n")
  }

  @Test func `the version is one line`() async {
    #expect(await run("--version").output == "sousvide 0.1.0\n")
  }
}
