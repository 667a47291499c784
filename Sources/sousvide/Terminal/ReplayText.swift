import Experiments
import Foundation
import RecipeLanguage

/// What a replay came to, on the terminal or as `sousvide.replay/1`.
struct ReplayText {
  let console: Console
  let isJSON: Bool

  /// - Parameter written: the recipe composed again; nil for a run that has not kept enough for it.
  func show(_ comparison: GraphComparison, _ written: ResolvedComparison?) throws -> ExitCode {
    let isEqual = comparison.different.isEmpty && written?.differences.isEmpty ?? true
    guard !isJSON else {
      try printJSON(
        ReplayOutput(
          tier: .resolve, nodes: comparison.equal, different: comparison.different,
          written: written))
      return isEqual ? .success : .failure
    }
    if let written {
      show(written)
    } else {
      console.note(
        "the run has not kept where the files of its recipe were, so that only the graph is compared"
      )
    }
    if comparison.different.isEmpty {
      console.print(
        "the recipe lowers to the graph that was executed, all \(comparison.equal) nodes of it")
    } else {
      console.complain("error: the recipe lowers to another graph than the one that was executed")
      for node in comparison.different { console.note("  \(node) differs") }
    }
    return isEqual ? .success : .failure
  }

  private func show(_ written: ResolvedComparison) {
    let file = RunFile.resolved.rawValue
    guard !written.differences.isEmpty else {
      console.print(
        "the recipe as written comes to \(file), all \(written.equal) lines of it")
      return
    }
    let count = written.differences.count
    console.complain(
      "error: the recipe as written comes to something else than \(file), in \(count) "
        + (count == 1 ? "line" : "lines"))
    for difference in written.differences {
      let line = difference.line.map { "\(file):\($0)" } ?? "not in \(file)"
      console.note("  \(difference.path)   \(line)")
      console.note("    recorded  \(difference.kept ?? "nothing")")
      let origin = difference.origin.map { "   \($0)" } ?? ""
      console.note("    composed  \(difference.composed ?? "nothing")\(origin)")
    }
  }

  func show(_ outcome: ReplayOutcome, _ tier: ReplayTier) throws -> ExitCode {
    if isJSON {
      try printJSON(
        ReplayOutput(
          tier: tier, stages: outcome.stages.map { .init(name: $0.name, steps: $0.steps) },
          difference: outcome.difference.map { .init($0, "recorded", "replayed") },
          evaluations: outcome.evaluations))
    } else if outcome.difference == nil {
      for stage in outcome.stages {
        console.print("\(stage.name): all \(stage.steps) steps equal, bit for bit")
      }
      for evaluation in outcome.evaluations where evaluation.responses > 0 {
        console.print(
          "\(evaluation.evaluation) after \(evaluation.stage): all \(evaluation.responses) responses equal, bit "
            + "for bit")
      }
    }
    if let difference = outcome.difference { tell(difference, "recorded", "replayed") }
    for evaluation in outcome.evaluations where !isJSON {
      for (what, reason) in evaluation.gaps.sorted(by: { $0.key < $1.key }) {
        console.note(
          "\(evaluation.evaluation) after \(evaluation.stage): \(what) is not compared, because \(reason)"
        )
      }
    }
    return outcome.difference == nil ? .success : .failure
  }

  func show(_ comparison: RunComparison, names: (String, String)) throws -> ExitCode {
    if isJSON {
      try printJSON(
        ReplayOutput(
          tier: nil, stages: comparison.stages.map { .init(name: $0.name, steps: $0.equal) },
          difference: comparison.difference.map { .init($0, names.0, names.1) }))
    } else {
      for stage in comparison.stages {
        let steps =
          stage.first == stage.second ? "\(stage.first)" : "\(stage.first) and \(stage.second)"
        console.print("\(stage.name): \(stage.equal) steps equal, of \(steps)")
      }
    }
    if let difference = comparison.difference { tell(difference, names.0, names.1) }
    return comparison.difference == nil ? .success : .failure
  }

  private func tell(_ difference: StepDifference, _ first: String, _ second: String) {
    guard !isJSON else { return }
    let width = max(first.count, second.count)
    func line(_ name: String, _ value: String) -> String {
      "  \(name.padding(toLength: width, withPad: " ", startingAt: 0))  \(value)"
    }
    console.complain(
      difference.layer.hasPrefix("evaluation ")
        ? "error: \(difference.layer) after stage \(difference.stage) differs: \(difference.place)"
        : "error: step \(difference.step) of stage \(difference.stage) is the first that differs, from its "
          + "\(difference.layer) on: \(difference.place)")
    console.note(line(first, difference.first))
    console.note(line(second, difference.second))
  }

  private func printJSON(_ output: ReplayOutput) throws {
    console.print(try JSONOutput.text(output))
  }
}

/// `sousvide.replay/1`
private struct ReplayOutput: Encodable {
  struct Stage: Encodable {
    var name: String
    /// Steps that are equal.
    var steps: Int
  }

  struct Difference: Encodable {
    struct Value: Encodable {
      var of: String
      var value: String
    }

    var stage: String
    var step: Int
    var layer: String
    var place: String
    var values: [Value]

    init(_ difference: StepDifference, _ first: String, _ second: String) {
      stage = difference.stage
      step = difference.step
      layer = difference.layer
      place = difference.place
      values = [
        Value(of: first, value: difference.first), Value(of: second, value: difference.second),
      ]
    }
  }

  var schema = "sousvide.replay/1"
  /// Nil for a comparison of two runs.
  var tier: String?
  var isEqual: Bool
  var stages: [Stage]?
  var difference: Difference?
  var nodes: Int?
  var different: [String]?
  /// Lines of the resolved recipe that the recipe as written comes to.
  var lines: Int?
  var differentLines: [Line]?

  struct Line: Encodable {
    var path: String
    var line: Int?
    var recorded: String?
    var composed: String?
    var origin: String?
  }

  /// What evaluations came to; absent where none was compared.
  var evaluations: [Evaluation]?

  struct Evaluation: Encodable {
    var evaluation: String
    var stage: String
    /// Responses that are equal.
    var responses: Int
    /// What was not compared, with the reason.
    var gaps: [String: String]
  }

  init(
    tier: ReplayTier?, stages: [Stage], difference: Difference?,
    evaluations: [EvaluationReplay.Outcome] = []
  ) {
    self.tier = tier?.rawValue
    self.stages = stages
    if !evaluations.isEmpty {
      self.evaluations = evaluations.map {
        Evaluation(
          evaluation: $0.evaluation, stage: $0.stage, responses: $0.responses, gaps: $0.gaps)
      }
    }
    self.difference = difference
    isEqual = difference == nil
  }

  init(tier: ReplayTier, nodes: Int, different: [String], written: ResolvedComparison?) {
    self.tier = tier.rawValue
    self.nodes = nodes
    self.different = different
    lines = written?.equal
    differentLines = written?.differences.map {
      Line(
        path: $0.path, line: $0.line, recorded: $0.kept, composed: $0.composed, origin: $0.origin)
    }
    isEqual = different.isEmpty && written?.differences.isEmpty ?? true
  }
}
