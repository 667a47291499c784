import Foundation
import Models

/// Which of a stage's checkpoints became its result, and why: `selection.json` beside its weights.
public struct StageSelection: Sendable, Codable, Equatable {
  /// A step with the value of the metric.
  public struct Candidate: Sendable, Codable, Equatable {
    public var step: Int
    public var value: Double

    public init(step: Int, value: Double) {
      self.step = step
      self.value = value
    }
  }

  /// As the recipe has it: `eval.held_out.reward.correct`.
  public var metric: String
  /// `held_out`.
  public var evaluation: String
  /// As evaluations record it: `reward/correct`.
  public var recorded: String
  /// Whether the highest value is the best, or the lowest.
  public var maximizes: Bool
  public var best: Candidate
  /// That of the stage's last step; nil where it has no value.
  public var last: Candidate?
  /// Steps that were compared.
  public var candidates: Int
  /// Steps of the stage.
  public var steps: Int

  public init(
    metric: String, evaluation: String, recorded: String, maximizes: Bool, best: Candidate,
    last: Candidate?, candidates: Int, steps: Int
  ) {
    self.metric = metric
    self.evaluation = evaluation
    self.recorded = recorded
    self.maximizes = maximizes
    self.best = best
    self.last = last
    self.candidates = candidates
    self.steps = steps
  }

  static let file = "selection.json"

  /// That of a finished stage; nil for one whose result is its last checkpoint.
  static func read(from folder: URL) throws -> StageSelection? {
    let url = folder.appendingPathComponent(file)
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    do {
      return try JSONDecoder().decode(StageSelection.self, from: Data(contentsOf: url))
    } catch {
      throw ModelError.invalid("\(url.path) does not say which checkpoint was chosen")
    }
  }

  func write(to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    try AtomicFile.write(
      try encoder.encode(self) + Data("\n".utf8), to: folder.appendingPathComponent(Self.file))
  }
}

extension StageSelection: CustomStringConvertible {
  /// What whoever reads of a choice has to know.
  public static let caution =
    "A metric that chose a checkpoint is optimistic about it: the best of several is partly the luckiest on "
    + "these questions. Judge it by an evaluation that had no part in the choice."

  /// "step 60 of 100, the best of 5 by eval.held_out.accuracy: 0.8125 (the last step: 0.79)".
  public var description: String {
    func text(_ value: Double) -> String { String(format: "%.4g", value) }
    let other =
      best.step == steps
      ? "the last step"
      : last.map { "the last step: \(text($0.value))" } ?? "the last step: no value"
    return "step \(best.step) of \(steps), the best of \(candidates) by \(metric): "
      + "\(text(best.value)) (\(other))"
  }
}
