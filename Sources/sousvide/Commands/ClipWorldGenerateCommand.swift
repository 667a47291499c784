import ClipWorld
import Foundation

/// `sousvide clipworld generate FOLDER`
struct ClipWorldGenerateCommand: Command {
  private static let folder = Argument<PathArgument>.positional(
    "folder", help: "where records.json and clips/ go")
  private static let split = Argument<Split>.option(
    "split", default: .train, spelled: "train", help: "part of the world; no scene is in two")
  private static let clips = Argument<Int>.option("clips", default: 100, help: "how many clips")
  private static let seed = Argument<Int>.option("seed", default: 0, help: "decides the clips")
  private static let teacher = Argument<Teacher>.option(
    "teacher", default: .truthful, spelled: "truthful", help: "who writes the traces")
  private static let wrongObservations = Argument<Double>.option(
    "wrong-observations", placeholder: "SHARE", default: 0,
    help: "share of traces with one wrong fact in the observation, 0 to 1")
  private static let wrongAnswers = Argument<Double>.option(
    "wrong-answers", placeholder: "SHARE", default: 0,
    help: "share of traces with a wrong answer, 0 to 1")
  private static let filter = Argument<Bool>.flag(
    "filter-by-answer", help: "keep the biased teacher's right answers only")
  private static let families = Argument<[String]>.repeated(
    "family", placeholder: "NAME", help: "a kind of question; by default the six usual ones")
  private static let threads = Argument<Int>.option(
    "threads", default: 2, help: "encoders at work; the files do not depend on it")

  private static let json = Argument<Bool>.flag("json", help: "print sousvide.clipworld/1")

  static let specification = CommandSpecification(
    "clipworld", "generate", summary: "render a world of clips with questions and traces",
    discussion: """
      Writes video files, questions with their answers, the true observations and time spans. Equal \
      settings give equal files.
      """,
    arguments: [
      folder.specification, split.specification, clips.specification, seed.specification,
      teacher.specification, wrongObservations.specification, wrongAnswers.specification,
      filter.specification, families.specification, threads.specification,
      json.specification,
    ],
    examples: [
      "sousvide clipworld generate data/mine --clips 500 --seed 4",
      "sousvide clipworld generate data/biased --teacher biased --wrong-answers 0.1",
    ])

  let folder: PathArgument
  let settings: ClipWorldSettings
  let threads: Int
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    folder = try arguments[Self.folder]
    threads = try arguments[Self.threads]
    json = try arguments[Self.json]
    let families = try arguments[Self.families]
    settings = ClipWorldSettings(
      split: try arguments[Self.split].value, clips: try arguments[Self.clips],
      seed: try arguments[Self.seed],
      families: families.isEmpty ? ClipWorldSettings.usualFamilies : families,
      teacher: try arguments[Self.teacher].value,
      wrongObservations: try arguments[Self.wrongObservations],
      wrongAnswers: try arguments[Self.wrongAnswers],
      filterByAnswer: try arguments[Self.filter])
    do {
      try settings.validate()
    } catch {
      throw UsageError(message: "\(error)", command: Self.specification.words)
    }
  }

  func run(_ console: Console) async throws -> ExitCode {
    let records = try ClipWorldGenerator.generate(
      settings, into: URL(fileURLWithPath: folder.path, isDirectory: true),
      threads: max(1, threads))
    let blind = ClipWorldBaselines.blind(records)
    if json {
      console.print(
        try JSONOutput.text(
          ClipWorldOutput(
            folder: folder.path, clips: records.count,
            blindGuess: blind.map { .init(family: $0.key, accuracy: $0.value) }
              .sorted { $0.family < $1.family },
            blindMean: ClipWorldBaselines.blindMean(records))))
      return .success
    }
    console.print("\(records.count) clips in \(folder.path)")
    for (family, accuracy) in blind.sorted(by: { $0.key < $1.key }) {
      console.print("  blind guess, \(family): \(String(format: "%.2f", accuracy))")
    }
    console.print(
      "  blind guess, mean: \(String(format: "%.2f", ClipWorldBaselines.blindMean(records)))")
    return .success
  }
}

/// `sousvide.clipworld/1`
private struct ClipWorldOutput: Encodable {
  struct Family: Encodable {
    var family: String
    var accuracy: Double
  }

  var schema = "sousvide.clipworld/1"
  var folder: String
  var clips: Int
  var blindGuess: [Family]
  var blindMean: Double
}

/// A closed set of words as the value of an option.
private struct Word<Value: RawRepresentable & CaseIterable & Sendable>: ArgumentValue
where Value.RawValue == String {
  var value: Value

  init(_ value: Value) { self.value = value }

  init?(argument text: String) {
    guard let value = Value(rawValue: text) else { return nil }
    self.value = value
  }

  static var placeholder: String { "NAME" }
  static var expectation: String { "one of " + choices.joined(separator: ", ") }
  static var choices: [String] { Value.allCases.map(\.rawValue) }
}

private typealias Split = Word<ClipWorldSettings.Split>
private typealias Teacher = Word<ClipWorldSettings.Teacher>

extension Word where Value == ClipWorldSettings.Split {
  fileprivate static var train: Self { Self(.train) }
}

extension Word where Value == ClipWorldSettings.Teacher {
  fileprivate static var truthful: Self { Self(.truthful) }
}
