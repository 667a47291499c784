import Experiments
import Foundation
import Trainer

/// A run directory like the one the quick start leaves behind, without training anything.
enum SyntheticRun {
  /// Creates the run in `folder` and returns it.
  static func make(in folder: URL, name: String = "quickstart") throws -> RunDirectory {
    let run = try RunDirectory.create(
      at: folder.appendingPathComponent(name), recipe: RecipeRecord(text: recipe))
    try run.write(json: graph, to: .graph)
    try run.write(json: summary, to: .summary)
    let recorder = try RunRecorder(run)
    var random = Random(state: 42)
    for event in supervised("foundation", steps: 1500, from: 3.9, to: 0.21, &random)
      + [evaluation("foundation", 1500, 0.883, 0.916, 0.018, 0.998, 0.869, 0.004, direction: 0.93)]
      + supervised("cold_start", steps: 160, from: 0.92, to: 0.31, &random)
      + [evaluation("cold_start", 160, 0.72, 0.728, 0.040, 0.996, 0.706, 0.002, direction: 0.31)]
      + reinforcement(&random)
      + [evaluation("rl", 80, 0.874, 0.912, 0.026, 1.0, 0.848, 0.008, direction: 0.84)]
    {
      try recorder.receive(event)
    }
    _ = try recorder.synchronize()
    return run
  }

  private static func supervised(
    _ stage: String, steps: Int, from high: Double, to low: Double, _ random: inout Random
  ) -> [TrainingEvent] {
    (1...steps).map { step in
      let decay = exp(-5 * Double(step) / Double(steps))
      let loss = low + (high - low) * decay + 0.06 * random.normal() * (low + decay)
      return .step(
        StepRecord(
          stage: stage, algorithm: "sft", step: step, of: steps,
          values: ["loss": max(0.02, loss), "learning_rate": 2e-3 * (1 - decay), "tokens": 487]))
    }
  }

  private static func evaluation(
    _ stage: String, _ step: Int, _ accuracy: Double, _ sufficiency: Double, _ lucky: Double,
    _ format: Double, _ exact: Double, _ mismatch: Double, direction: Double
  ) -> TrainingEvent {
    .evaluation(
      EvaluationRecord(
        stage: stage, evaluation: "held_out", step: step,
        values: [
          "accuracy": accuracy, "sufficiency": sufficiency, "lucky": lucky, "format": format,
          "exact": exact, "mismatch": mismatch, "questions": 500, "blind": 0.384,
          "accuracy/direction": direction, "accuracy/first": min(0.99, accuracy + 0.08),
          "accuracy/colour": min(0.99, accuracy + 0.03), "accuracy/count": accuracy - 0.01,
          "accuracy/when": accuracy - 0.09, "blind/direction": 0.27, "blind/first": 0.5,
          "blind/colour": 0.5, "blind/count": 0.34, "blind/when": 0.31,
        ]))
  }

  private static func reinforcement(_ random: inout Random) -> [TrainingEvent] {
    var events: [TrainingEvent] = []
    for step in 1...80 {
      let progress = 1 - exp(-3.2 * Double(step) / 80)
      func noisy(_ from: Double, _ to: Double, _ deviation: Double) -> Double {
        from + (to - from) * progress + deviation * random.normal()
      }
      func share(_ from: Double, _ to: Double, _ deviation: Double) -> Double {
        min(1, max(0, noisy(from, to, deviation)))
      }
      let correct = share(0.66, 0.85, 0.05)
      let sufficient = share(0.68, 0.89, 0.04)
      events.append(
        .step(
          StepRecord(
            stage: "rl", algorithm: "process_aware_grpo", step: step, of: 80,
            values: [
              "loss": 0.004 * random.normal() - 0.008, "gradient_norm": noisy(0.9, 0.5, 0.1),
              "learning_rate": 5e-4 * (1 - 0.9 * Double(step) / 80), "accuracy": correct,
              "process/perception": sufficient + share(0.97, 1, 0.01) + 0.18 * sufficient,
              "process/reasoning": correct + share(0.96, 1, 0.01) + 0.17 * correct,
              "reward/sufficient": sufficient, "reward/correct": correct,
              "reward/observation_format": share(0.97, 1, 0.01),
              "reward/reasoning_format": share(0.96, 1, 0.01),
              "reward/observation_length": 0.18 * sufficient,
              "reward/reasoning_length": 0.17 * correct,
              "length/observation": noisy(14.2, 15.6, 0.5), "length/think": noisy(7.1, 7.4, 0.3),
              "length/answer": noisy(1.6, 1.5, 0.08),
              "zero_variance/perception": share(0.42, 0.68, 0.06),
              "zero_variance/reasoning": share(0.38, 0.55, 0.06),
              "zero_variance/all": share(0.3, 0.45, 0.05), "length/response": noisy(31, 33, 0.6),
              "mismatch": share(0.088, 0.032, 0.012), "entropy": noisy(0.34, 0.12, 0.015),
              "tokens": 3900,
            ])))
      if step <= 2 || step % 20 == 0 || step == 79 {
        for kind in 0..<3 {
          events.append(.rollouts(group(step: step, kind: kind, progress, &random)))
        }
      }
    }
    return events
  }

  private static func group(
    step: Int, kind: Int, _ progress: Double, _ random: inout Random
  ) -> RolloutRecord {
    let items = [
      (
        "which way does the red one move ?", ["left", "up", "right", "down"], "left",
        "multiple choice"
      ),
      ("how many objects are visible at second 2 ?", [], "2", "numerical"),
      ("when is the blue one visible ?", [], "1 to 4", "temporal grounding"),
    ]
    let item = items[kind]
    var responses: [RolloutRecord.Response] = []
    for _ in 0..<8 {
      let sees = random.uniform() < 0.45 + 0.4 * progress
      let reasons = sees ? random.uniform() < 0.93 : random.uniform() < 0.2
      responses.append(response(kind, sees: sees, right: reasons, answer: item.2))
    }
    standardize(&responses)
    return RolloutRecord(
      stage: "rl", step: step,
      item: .init(
        problemID: "train-\(step)-\(kind)", problem: item.0, options: item.1, answer: item.2,
        path: "clips/\(kind).mp4", problemType: item.3),
      responses: responses)
  }

  private static func response(
    _ kind: Int, sees: Bool, right: Bool, answer: String
  ) -> RolloutRecord.Response {
    let direction = sees ? "left" : "right"
    let end = sees ? "4" : "3"
    let observation =
      " red square from 0 to 2 moves \(direction) ; blue circle from 1 to \(end) moves up ;"
    let given = right ? answer : ["right", "1", "1 to 3"][kind]
    let think = [
      " the red one moves \(given)", " at 2 : red no , blue yes so \(given)",
      " the blue one is visible from \(given)",
    ][kind]
    let segments = [
      ("observation", observation), ("think", think), ("answer", " " + given),
    ]
    var pieces: [String] = []
    var parts: [String] = []
    for (index, (name, text)) in segments.enumerated() {
      if index > 0 {
        pieces.append(" ")
        parts.append("rest")
      }
      let words = text.split(separator: " ").map { " " + $0 }
      pieces += ["<\(name)>"] + words + [" ", "</\(name)>"]
      parts += Array(repeating: name, count: words.count + 3)
    }
    pieces.append("<|im_end|>")
    parts.append("answer")
    var reasons: [String: String] = [:]
    if !sees {
      reasons["sufficient"] = "the right answer does not follow from the observation"
      reasons["observation_length"] = "gate: sufficient > 0"
    }
    if !right {
      reasons["correct"] = "answered '\(given)'"
      reasons["reasoning_length"] = "gate: correct > 0"
    }
    let (s, c) = (sees ? 1.0 : 0, right ? 1.0 : 0)
    return RolloutRecord.Response(
      text: pieces.joined(), pieces: pieces, parts: parts,
      advantages: Array(repeating: 0, count: pieces.count),
      segments: ["observation": "found", "think": "found", "answer": "found"],
      rewards: [
        "sufficient": s, "correct": c, "observation_format": 1, "reasoning_format": 1,
        "observation_length": 0.2 * s, "reasoning_length": 0.2 * c,
      ], reasons: reasons,
      totals: ["perception": 1 + 1.2 * s, "reasoning": 1 + 1.2 * c])
  }

  /// Gives every token the advantage of its process within the group.
  private static func standardize(_ responses: inout [RolloutRecord.Response]) {
    func advantages(_ process: String) -> [Double] {
      let totals = responses.map { $0.totals[process] ?? 0 }
      let mean = totals.reduce(0, +) / Double(totals.count)
      let variance =
        totals.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(totals.count - 1)
      return totals.map { variance == 0 ? 0 : ($0 - mean) / (variance.squareRoot() + 1e-4) }
    }
    let (perception, reasoning) = (advantages("perception"), advantages("reasoning"))
    for index in responses.indices {
      responses[index].advantages = responses[index].parts.map { part in
        switch part {
        case "observation": perception[index]
        case "rest": (perception[index] + reasoning[index]) / 2
        default: reasoning[index]
        }
      }
    }
  }

  /// Eight frames of a red square and a blue circle, as PNG files of 56 by 56 pixels.
  static let frames = ClipFrames { _ in images }

  private static let images: [ReportFrame] = (0..<8).map { index in
    var random = Random(state: UInt64(index + 1))
    let png = PNGFixture.image(width: 56, height: 56) { x, y in
      let noise = Int(random.normal() * 6)
      func shade(_ r: Int, _ g: Int, _ b: Int) -> (UInt8, UInt8, UInt8) {
        (UInt8(clamping: r + noise), UInt8(clamping: g + noise), UInt8(clamping: b + noise))
      }
      let (left, top) = (40 - index * 8, 10)
      if index < 4, (left..<left + 14).contains(x), (top..<top + 14).contains(y) {
        return shade(230, 40, 40)
      }
      let (dx, dy) = (x - 38, y - (62 - index * 6))
      if index >= 2, dx * dx + dy * dy < 50 { return shade(50, 80, 240) }
      return shade(25, 25, 25)
    }
    return ReportFrame(png: png, seconds: Double(index) * 0.5)
  }

  private static let summary: RunSummary = {
    var summary = RunSummary(
      title: "Quick start: learn to see, then to reason", seed: 7,
      stages: [
        .init(
          name: "foundation", algorithm: "sft", steps: 1500, seconds: 141,
          checkpointDigest: "9f2c41d07be85a3310c2"),
        .init(
          name: "cold_start", algorithm: "sft", steps: 160, startsFrom: "foundation", seconds: 15,
          checkpointDigest: "41ab77e9021c5d66f0aa"),
        .init(
          name: "rl", algorithm: "process_aware_grpo", steps: 80, startsFrom: "cold_start",
          seconds: 74, checkpointDigest: "c07d2e8815f94ab03e51"),
      ],
      segments: [
        .init(name: "observation", process: "perception"),
        .init(name: "think", process: "reasoning"), .init(name: "answer", process: "reasoning"),
      ])
    summary.cites = ["arXiv:2511.11113"]
    summary.outcome = .finished
    summary.windows = [
      .init(reward: "observation_length", segments: ["observation"], minimum: 7, maximum: 24),
      .init(reward: "reasoning_length", segments: ["think", "answer"], minimum: 4, maximum: 24),
    ]
    summary.threads = 2
    summary.parameterCount = 1_507_328
    summary.seconds = 252
    summary.peakMemoryBytes = 812_000_000
    summary.environment = ["sousvide": "0.1.0", "kernels": "x86-64-v3"]
    return summary
  }()

  private static let graph = GraphRecord(
    digest: "5be1c0ffee9a7d3104aa",
    nodes: [
      .init(
        id: "data/questions", operation: "dataset", summary: "clipworld data, 8 frames", inputs: [],
        digest: "77aa01bc93d1f0", line: 14),
      .init(
        id: "rl/rollout", operation: "rollout",
        summary: "16 prompts x 8 responses, temperature 1.0, at most 72 tok",
        inputs: ["data/questions"], digest: "0c41d2aa87fe3b", line: 38),
      .init(
        id: "rl/segment", operation: "segment",
        summary: "observation (perception), think (reasoning), answer (reasoning)",
        inputs: ["rl/rollout"], digest: "10f00dfeed42aa"),
      .init(
        id: "rl/reward/observation_length", operation: "reward", summary: "length",
        inputs: ["rl/segment"], digest: "aa5501bc93d1f0", line: 27),
      .init(
        id: "rl/normalize/perception", operation: "normalize",
        summary: "perception: z-score over group", inputs: ["rl/reward/observation_length"],
        digest: "bb5501bc93d1f0", line: 31),
    ])

  private static let recipe = """
    sousvide: 1
    edition: 2026-11
    about: {title: "Quick start: learn to see, then to reason", cites: ["arXiv:2511.11113"]}
    run: {name: quickstart, seed: 7}
    data:
      # A teacher that reverses directions, on purpose.
      traces: {kind: clipworld, split: cold_start, clips: 600, seed: 2, teacher: biased}
    segments:
      observation: {process: perception}
      think: {process: reasoning}
      answer: {process: reasoning}
    judges:
      sufficiency: {api: oracle, error_rate: 0%, seed: 11}

    """
}

/// A small generator with the same numbers everywhere.
struct Random {
  var state: UInt64

  mutating func uniform() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }

  /// Roughly normal: the sum of twelve uniform numbers.
  mutating func normal() -> Double { (0..<12).reduce(-6) { sum, _ in sum + uniform() } }
}
