import Experiments
import Foundation
import RecipeLanguage

/// `sousvide bundle diff A B`
struct BundleDiffCommand: Command {
  private static let first = Argument<PathArgument>.positional("a", help: "a bundle")
  private static let second = Argument<PathArgument>.positional("b", help: "another")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.bundle-diff/1")

  static let specification = CommandSpecification(
    "bundle", "diff", summary: "say how two bundles differ: files, settings, and the first step",
    discussion: """
      Compares members by their digests, what the recipes mean, and the recorded steps, which part at the first that \
      differs. Ends with 0 when the bundles are equal, and with 1 when they are not.
      """,
    arguments: [first.specification, second.specification, json.specification],
    examples: ["sousvide bundle diff ours.zip theirs.zip"])

  let bundles: (first: RunBundle, second: RunBundle)
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    bundles = (
      RunBundle(URL(fileURLWithPath: try arguments[Self.first].path)),
      RunBundle(URL(fileURLWithPath: try arguments[Self.second].path))
    )
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let files = BundleComparison(
      try bundles.first.manifest(), try bundles.second.manifest())
    try bundles.first.withRun { first in
      try bundles.second.withRun { second in
        let settings = Self.settings(first, second, console)
        let steps = try Self.steps(first, second)
        if json {
          console.print(try JSONOutput.text(Output(files, settings, steps)))
        } else {
          try show(files, settings.map { text($0, first, second) }, steps, console)
        }
      }
    }
    return files.differences.isEmpty ? .success : .failure
  }

  private func show(
    _ files: BundleComparison, _ settings: String?, _ steps: RunComparison?,
    _ console: Console
  ) throws {
    console.print("\(files.equal) files and digests are equal")
    let rows = files.differences.map { [$0.change.rawValue, $0.role.rawValue, $0.name] }
    for line in TextTable(header: ["", "", ""], rows: rows).lines(console) { console.print(line) }
    guard !files.differences.isEmpty else { return }
    if let settings { console.print("\n" + settings, terminator: "") }
    if let steps {
      console.print("")
      _ = try ReplayText(console: console, isJSON: false).show(steps, names: ("first", "second"))
    }
  }

  /// Nil where a recipe cannot be read by this program.
  private static func settings(
    _ first: RunDirectory, _ second: RunDirectory, _ console: Console
  ) -> RecipeComparison? {
    let results = [first, second].compactMap { run -> CheckResult? in
      let file = run.url(of: run.contains(.resolved) ? .resolved : .recipe)
      return PathArgument(argument: file.path).map {
        RecipeLoading(console: console).result(of: $0)
      }
    }
    guard results.count == 2, results.allSatisfy({ $0.recipe != nil }) else { return nil }
    return RecipeComparison(results[0], results[1], vocabulary: .standard)
  }

  /// What the recipes mean, with places in the bundles in place of those where they were unpacked.
  private func text(
    _ settings: RecipeComparison, _ first: RunDirectory, _ second: RunDirectory
  ) -> String {
    settings.text.replacing(first.url.path, with: bundles.first.url.lastPathComponent)
      .replacing(second.url.path, with: bundles.second.url.lastPathComponent)
  }

  /// Nil where the runs have no stage in common, or one has no trace.
  private static func steps(_ first: RunDirectory, _ second: RunDirectory) throws -> RunComparison?
  {
    guard first.contains(.trace), second.contains(.trace) else { return nil }
    do {
      return try RunComparison(TraceFile(first), TraceFile(second))
    } catch ReplayError.noCommonStage {
      return nil
    }
  }
}

/// `sousvide.bundle-diff/1`
private struct Output: Encodable {
  struct Step: Encodable {
    var stage: String
    var equal: Int
    var first: Int
    var second: Int
  }

  var schema = "sousvide.bundle-diff/1"
  var equal: Int
  var differences: [BundleComparison.Difference]
  /// Paths of settings with which results can differ; absent where the recipes cannot be compared.
  var settings: [String]?
  var steps: [Step]?

  init(_ files: BundleComparison, _ settings: RecipeComparison?, _ steps: RunComparison?) {
    equal = files.equal
    differences = files.differences
    self.settings = settings?.differences.filter(\.changesResults).map(\.path)
    self.steps = steps?.stages.map {
      Step(stage: $0.name, equal: $0.equal, first: $0.first, second: $0.second)
    }
  }
}
