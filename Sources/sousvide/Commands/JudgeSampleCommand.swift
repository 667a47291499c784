import Experiments
import Foundation
import Judges
import RecipeLanguage
import Rewards
import Trainer

/// `sousvide judge sample RUN`
struct JudgeSampleCommand: Command {
  private static let run = Argument<PathArgument>.positional(
    "run", help: "the folder of a run whose judge is looked at")
  private static let judge = Argument<String?>.optional(
    "judge", placeholder: "NAME", help: "which judge, if the recipe has several")
  private static let count = Argument<Int>.option(
    "count", default: 200, help: "examples at most")
  private static let seed = Argument<Int>.option(
    "seed", default: 0, help: "decides which ones are taken")
  private static let into = Argument<PathArgument?>.optional(
    "into", help: "file to write (default: standard output); never overwritten")

  private static let json = Argument<Bool>.flag(
    "json", help: "print sousvide.file/1; with --into")

  static let specification = CommandSpecification(
    "judge", "sample", summary: "write verdicts of a run for people to label",
    discussion: """
      Takes what the judge was shown from the responses that the run has recorded, or else from the \
      judges' answers beside it, together with the verdict. Whoever fills in `label` in each line has \
      the examples that `judge calibrate` reads. Nobody is asked anything.
      """,
    arguments: [
      run.specification, judge.specification, count.specification, seed.specification,
      into.specification, json.specification,
    ], examples: ["sousvide judge sample runs/videop2r --into to-label.jsonl"])

  let folder: String
  let judge: String?
  let count: Int
  let seed: Int
  let into: String?
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    folder = try arguments[Self.run].path
    judge = try arguments[Self.judge]
    count = try arguments[Self.count]
    seed = try arguments[Self.seed]
    into = try arguments[Self.into]?.path
    json = try arguments[Self.json]
    try WrittenFile.check(json, into: into, of: Self.specification)
    guard count > 0 else {
      throw UsageError(
        message: "--count is \(count), but must be at least 1", command: Self.specification.words)
    }
  }

  func run(_ console: Console) async throws -> ExitCode {
    let run = try RunDirectory.open(at: URL(fileURLWithPath: folder, isDirectory: true))
    let file = run.url(of: run.contains(.resolved) ? .resolved : .recipe)
    guard let path = PathArgument(argument: file.path) else { return .failure }
    let result = RecipeLoading(console: console).result(of: path)
    guard let recipe = result.recipe else {
      console.error(
        DiagnosticRenderer(files: result.files, style: console.renderStyle)
          .render(result.diagnostics))
      return .failure
    }
    let settings = try recipe.judge(named: judge)
    let judges = try RecipeJudges(
      recipe,
      tape: TapePlace(
        runs: run.url.deletingLastPathComponent().path, run: run, isOffline: true),
      account: JudgeSpending(), announce: { console.note($0) })
    let samples = try await JudgeSamples(recipe, settings, judges, run)
      .drawn(count: count, seed: seed)
    guard !samples.isEmpty else {
      console.complain(
        "error: neither the recorded responses of \(run.url.relativePath) nor the answers beside it "
          + "hold a verdict of judge `\(settings.name)`")
      return .failure
    }
    let text = try samples.map { try $0.line + "\n" }.joined()
    guard let into else {
      console.print(text, terminator: "")
      return .success
    }
    guard !FileManager.default.fileExists(atPath: into) else {
      console.complain("error: \(into) exists already; name another file")
      return .failure
    }
    try AtomicFile.write(Data(text.utf8), to: URL(fileURLWithPath: into))
    if json { console.print(try JSONOutput.text(WrittenFile(file: into))) }
    console.note(
      "wrote \(samples.count) examples to \(into); fill in `label`, then: sousvide judge calibrate "
        + "\(file.relativePath) --judge \(settings.name) --examples \(into)")
    return .success
  }
}
