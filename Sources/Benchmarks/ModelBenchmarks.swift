import Foundation
import Models
import TensorEngine
import Trainer

/// Whole training steps and decoding, in the shapes that the peers are measured in.
enum ModelBenchmarks {
  static let all: [Benchmark] =
    always
    + Processor.current.pairKernels.prefix(1).map { pairs in
      Benchmark(name: "decode/qwen05b/\(pairs.name)", isLarge: true) { options in
        let widened = try decoding(
          .half, options, precision: .bfloat16, tokens: 32, repetitions: 2)
        var native = try decoding(
          .half, options, precision: .bfloat16, bfloat16Products: .native, tokens: 32,
          repetitions: 2)
        native.addRatio(toWidened: widened.seconds)
        return native
      }
    }

  private static let always: [Benchmark] = [
    Benchmark(name: "grpo_step/tiny") { options in
      try policy(
        .tiny, options, prompts: [64, 64], responses: 128, repetitions: 10)
    },
    Benchmark(name: "grpo_step/qwen05b", isLarge: true) { options in
      // For the comparison of memory: what is cheap is computed again, in no time that can be measured.
      try policy(
        .half, options, prompts: [64], responses: 64, recomputation: .memoryBound, repetitions: 2)
    },
    Benchmark(name: "grpo_step/tiny-vl-long-prompt") { options in
      try policy(.video, options, prompts: [], responses: 128, repetitions: 3)
    },
    Benchmark(name: "sft_step/tiny") { options in
      try training(.tiny, options, sequences: 16, length: 256, optimizes: true, repetitions: 10)
    },
    Benchmark(name: "train/qwen05b", isLarge: true) { options in
      try training(.half, options, sequences: 1, length: 512, optimizes: false, repetitions: 3)
    },
    Benchmark(name: "decode/tiny") { options in
      try decoding(.tiny, options, tokens: 128, repetitions: 5)
    },
    Benchmark(name: "decode/qwen05b", isLarge: true) { options in
      try decoding(.half, options, tokens: 32, repetitions: 2)
    },
    Benchmark(name: "decode/qwen05b/bf16", isLarge: true) { options in
      try decoding(.half, options, precision: .bfloat16, tokens: 32, repetitions: 2)
    },
    Benchmark(name: "threads/sft_step") { options in
      var single = options
      single.threads = 1
      let alone = try SupervisedStep(BenchmarkModel.tiny.load(single), optimizes: true)
      let together = try SupervisedStep(BenchmarkModel.tiny.load(options), optimizes: true)
      let texts = texts(16, length: 256)
      let (turns, one) = try Measurement.ofTurns(10) {
        try together.run(texts)
      } _: {
        try alone.run(texts)
      }
      var two = turns
      two.figures.append(("ratio_to_one_thread", turns.ratio(of: one)))
      return two
    },
    Benchmark(name: "linear/sft_step") { options in
      let model = try BenchmarkModel.tiny.load(options)
      let step = try SupervisedStep(model, optimizes: true)
      let texts = texts(16, length: 256)
      let (half, turns) = try Measurement.ofTurns(10) {
        try step.run(Array(texts.prefix(8)))
      } _: {
        try step.run(texts)
      }
      var whole = turns
      whole.figures.append(("ratio_to_half_the_tokens", half.ratio(of: turns)))
      return whole
    },
    Benchmark(name: "start") { options in
      Measurement(seconds: try Measurement.of(repetitions: 5) { try firstStep(options) })
    },
    Benchmark(name: "first_step", isLarge: true) { options in
      let model = try BenchmarkModel.tiny.load(options)
      let step = try PolicyStep(model)
      let prompts = [0, 1].map { Prompt(tokens: BenchmarkModel.text(64, number: $0)) }
      return Measurement(
        seconds: [try Measurement.time { _ = try step.run(prompts, tokens: 128, number: 0) }])
    },
  ]

  /// - Parameter prompts: the lengths of text prompts; none for the one with a video.
  private static func policy(
    _ name: BenchmarkModel, _ options: Options, prompts: [Int], responses: Int,
    recomputation: Recomputation = .nothing, repetitions: Int
  ) throws -> Measurement {
    let programBytes = AvailableMemory.resident
    let settings = ExecutionSettings(threads: options.threads, recomputation: recomputation)
    let model = try name.load(options)
    let step = try PolicyStep(model, recomputation: recomputation)
    let prompts =
      prompts.isEmpty
      ? [try BenchmarkModel.videoPrompt(model.configuration)]
      : prompts.indices.map {
        Prompt(tokens: BenchmarkModel.text(prompts[$0], number: $0))
      }
    var parts: [PolicyStep.Times] = []
    let seconds = try Measurement.of(repetitions: repetitions) {
      parts.append(try step.run(prompts, tokens: responses, number: parts.count))
    }
    try showOperations(options, of: model) {
      _ = try step.run(prompts, tokens: responses, number: parts.count)
    }
    func part(_ value: (PolicyStep.Times) -> Double) -> Double {
      Measurement(seconds: parts.dropFirst().map(value)).median
    }
    return Measurement(
      seconds: seconds, tokens: prompts.count * PolicyStep.rollouts * responses,
      figures: [
        ("generate_seconds", part(\.generate)), ("reference_seconds", part(\.reference)),
        ("update_seconds", part(\.update)),
        (
          "predicted_mib",
          Double(
            try PolicyStep.predictedBytes(
              model.configuration, prompts: prompts, tokens: responses, settings: settings,
              programBytes: programBytes) >> 20)
        ),
      ])
  }

  private static func training(
    _ name: BenchmarkModel, _ options: Options, sequences: Int, length: Int, optimizes: Bool,
    repetitions: Int
  ) throws -> Measurement {
    let model = try name.load(options)
    let step = try SupervisedStep(model, optimizes: optimizes)
    let texts = texts(sequences, length: length)
    let seconds = try Measurement.of(repetitions: repetitions) {
      try step.run(texts)
    }
    try showOperations(options, of: model) { try step.run(texts) }
    return Measurement(seconds: seconds, tokens: sequences * length)
  }

  private static func texts(_ count: Int, length: Int) -> [[Int]] {
    (0..<count).map { BenchmarkModel.text(length, number: $0) }
  }

  private static func showOperations(
    _ options: Options, of model: PolicyModel, _ step: () throws -> Void
  ) throws {
    guard options.showsOperations else { return }
    let table = try OperationTable(of: model.device, step)
    let peak = MachineBenchmarks.peakRate(threads: options.threads)
    for line in table.lines(peak: peak) { print(line) }
  }

  /// Eight rollouts of one prompt of 64 tokens; the time of the prompt is taken off.
  private static func decoding(
    _ name: BenchmarkModel, _ options: Options, precision: WeightPrecision = .float32,
    bfloat16Products: BFloat16Products = .widened, tokens: Int, repetitions: Int
  ) throws -> Measurement {
    let model = try name.load(
      options, precision: precision, bfloat16Products: bfloat16Products)
    let prompt = Prompt(tokens: BenchmarkModel.text(64, number: 0))
    func generate(_ count: Int) throws {
      _ = try model.generate(
        [prompt], rolloutsPerPrompt: 8,
        sampling: SamplingSettings(maxNewTokens: count, stopTokens: []),
        randomness: SamplingRandomness(seed: 1, stage: "benchmark", step: 0))
    }
    let first = try Measurement.of(repetitions: repetitions) { try generate(1) }
    let all = try Measurement.of(repetitions: repetitions) { try generate(tokens) }
    let start = Measurement(seconds: first).median
    return Measurement(
      seconds: all.map { $0 - start }, tokens: 8 * (tokens - 1),
      figures: [
        (
          "milliseconds_per_token",
          (Measurement(seconds: all).median - start) / Double(tokens - 1) * 1000
        ), ("prompt_seconds", start),
      ])
  }

  /// A process of its own that ends after one step.
  private static func firstStep(_ options: Options) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      ["first_step", "--threads", "\(options.threads)"]
      + (options.models.map { ["--models", $0.path] } ?? [])
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchmarkError("the first step failed") }
  }
}
