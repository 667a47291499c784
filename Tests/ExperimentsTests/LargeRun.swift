import Experiments
import Foundation
import Rewards
import Trainer

/// A run directory as a day of training leaves it: 10,000 steps in two stages, 1,000 long responses.
enum LargeRun {
  static let (steps, groups, responses) = (5_000, 125, 8)
  /// Words of a response's thinking.
  private static let words = 160

  static func make(in folder: URL) throws -> RunDirectory {
    let run = try RunDirectory.create(
      at: folder.appendingPathComponent("large"),
      recipe: RecipeRecord(text: "about: {title: \"A long run\"}\n"))
    try run.write(json: summary, to: .summary)
    var random = Random(state: 5)
    let metrics = try run.writer(for: .metrics)
    for step in 1...steps { try metrics.append(supervised(step, &random)) }
    for step in 1...steps { try metrics.append(reinforced(step, &random)) }
    let rollouts = try run.writer(for: .rollouts)
    for index in 0..<groups { try rollouts.append(group(index, &random)) }
    for (index, evaluation) in ["held_out", "other_videos"].enumerated() {
      let items = items(of: evaluation, seed: UInt64(index), count: 400)
      try run.evaluations.write(items)
      let right = items.reduce(0) { $0 + ($1.values["accuracy"] ?? 0) }
      try metrics.append(
        EvaluationRecord(
          stage: "rl", evaluation: evaluation, step: steps,
          values: ["accuracy": right / Double(items.count), "questions": Double(items.count)]))
    }
    return run
  }

  private static func supervised(_ step: Int, _ random: inout Random) -> StepRecord {
    let loss = 0.2 + 3 * exp(-Double(step) / 700) + 0.05 * random.normal()
    return StepRecord(
      stage: "cold", algorithm: "sft", step: step, of: steps,
      values: ["loss": loss, "learning_rate": 1e-4, "tokens": 4_000])
  }

  private static func reinforced(_ step: Int, _ random: inout Random) -> StepRecord {
    let progress = 1 - exp(-4 * Double(step) / Double(steps))
    func near(_ from: Double, _ to: Double, _ spread: Double) -> Double {
      max(0, from + (to - from) * progress + spread * random.normal())
    }
    var values: [String: Double] = [
      "loss": 0.01 * random.normal(), "entropy": near(0.9, 0.4, 0.05), "learning_rate": 1e-6,
      "accuracy": min(1, near(0.4, 0.8, 0.08)), "mismatch": near(0.1, 0.02, 0.02),
      "length/response": near(240, 330, 12), "generated_tokens": 14_000, "tokens": 13_000,
    ]
    for process in ["perception", "reasoning"] {
      values["process/\(process)"] = near(1, 2, 0.1)
      values["zero_variance/\(process)"] = min(1, near(0.3, 0.5, 0.06))
      values["advantage_variance/\(process)"] = near(0.8, 0.5, 0.1)
    }
    for reward in ["sufficient", "correct", "observation_format", "reasoning_length"] {
      values["reward/\(reward)"] = near(0.4, 0.9, 0.1)
      values["zero_variance_reward/\(reward)"] = min(1, near(0.3, 0.6, 0.05))
    }
    for segment in ["observation", "think", "answer"] {
      values["length/\(segment)"] = near(60, 110, 5)
    }
    return StepRecord(
      stage: "rl", algorithm: "process_aware_grpo", step: step, of: steps, values: values)
  }

  private static func group(_ index: Int, _ random: inout Random) -> RolloutRecord {
    RolloutRecord(
      stage: "rl", step: (index + 1) * steps / groups,
      item: .init(
        problemID: "\(index)", problem: "Which of the objects on the table is moved twice?",
        options: ["A. cup", "B. plate", "C. knife", "D. bottle"], answer: "C",
        path: "clips/\(index).mp4", problemType: ["multiple choice", "numerical"][index % 2]),
      responses: (0..<responses).map { response($0, of: index, &random) })
  }

  private static func response(
    _ number: Int, of group: Int, _ random: inout Random
  ) -> RolloutRecord.Response {
    let vocabulary = [" the", " hand", " takes", " a", " knife", " and", " puts", " it", " down"]
    var (pieces, parts): ([String], [String]) = ([], [])
    for (segment, count) in [("observation", words / 2), ("think", words), ("answer", 2)] {
      pieces.append("<\(segment)>")
      pieces += (0..<count).map { _ in vocabulary[Int(random.uniform() * 8.99)] }
      pieces.append("</\(segment)>")
      parts += Array(repeating: segment, count: count + 2)
    }
    let sees = random.uniform() < 0.6
    let right = random.uniform() < 0.6
    let choices = (0..<pieces.count).map { place in
      [
        RolloutRecord.Choice(text: pieces[place], probability: 0.81),
        .init(text: " other", probability: 0.11), .init(text: " third", probability: 0.04),
      ]
    }
    return RolloutRecord.Response(
      text: pieces.joined(), pieces: pieces, parts: parts,
      advantages: parts.map { $0 == "observation" ? (sees ? 0.8 : -1.2) : (right ? 0.9 : -1.1) },
      segments: ["observation": "found", "think": "found", "answer": "found"],
      rewards: ["sufficient": sees ? 1 : 0, "correct": right ? 1 : 0],
      reasons: right ? [:] : ["correct": "answered 'B'"],
      totals: ["perception": sees ? 1 : 0, "reasoning": right ? 1 : 0],
      choices: group.isMultiple(of: 25) ? choices : nil)
  }

  private static func items(of evaluation: String, seed: UInt64, count: Int) -> [EvaluatedItem] {
    var random = Random(state: seed)
    return (0..<count).map { question in
      EvaluatedItem(
        evaluation: evaluation, stage: "rl", step: steps, question: question,
        item: EvaluatedItem.Item(
          DataRecord(
            problemID: "\(question)", problem: "Which object?", answer: "C", path: "a.mp4",
            problemType: ["multiple choice", "numerical", "regression"][question % 3])),
        response: "", tokens: 300, finish: "stop",
        values: ["accuracy": random.uniform() < 0.75 ? 1 : 0, "format": 1])
    }
  }

  private static let summary: RunSummary = {
    var summary = RunSummary(
      title: "A long run", seed: 1,
      stages: [
        .init(name: "cold", algorithm: "sft", steps: steps, seconds: 21_000),
        .init(
          name: "rl", algorithm: "process_aware_grpo", steps: steps, startsFrom: "cold",
          seconds: 64_000),
      ],
      segments: [
        .init(name: "observation", process: "perception"),
        .init(name: "think", process: "reasoning"), .init(name: "answer", process: "reasoning"),
      ])
    summary.windows = [
      .init(reward: "reasoning_length", segments: ["think", "answer"], minimum: 80, maximum: 240)
    ]
    summary.outcome = .finished
    summary.seconds = 85_000
    return summary
  }()
}
