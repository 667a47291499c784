import ClipWorld
import Foundation
import Models
import RecipeLanguage
import Rewards
import TensorEngine
import Testing
import TrainingGraph

@testable import Trainer

/// What is predicted of a run before it begins, against what it comes to.
@Suite struct RunForecastTests {
  private static let sizes = (
    text: "{hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48,",
    larger: "{hidden_size: 192, layers: 3, heads: 4, key_value_heads: 2, intermediate_size: 512,"
  )
  private static let adapter = "adapter: {rank: 8, alpha: 8, targets: [\"*_proj\"]}"

  /// The tiny run with a model of two million parameters, whose policy stage may train an adapter.
  private static func recipe(adapted: Bool) throws -> CheckedRecipe {
    let rate = "learning_rate: 1.0e-3"
    return try TinyRun.checked(
      [
        (sizes.text, sizes.larger), ("mrope_section: [2, 3, 3]", "mrope_section: [8, 8, 8]"),
        ("steps: 40", "steps: 3"), ("{max_new_tokens: 40 tok}", "{max_new_tokens: 96 tok}"),
        ("max_new_tokens: 40 tok}\n", "max_new_tokens: 96 tok}\n"),
      ] + (adapted ? [(rate, "\(rate)\n    \(adapter)")] : []))
  }

  private static func forecast(
    _ recipe: CheckedRecipe, _ settings: ExecutionSettings = ExecutionSettings(stateInterval: 2),
    variation: ForecastVariation = .none
  ) throws -> RunForecast {
    let facts = RecipeFacts(
      recipe.root, kinds: [ClipWorldDataKind.schema.name: { ClipWorldFacts($0) }])
    return try RunForecast(
      Lowering.lower(recipe, facts: facts), settings: settings, programBytes: 1 << 20,
      variation: variation
    ) { facts.recordSizes(ofData: $0, seenAs: $1, assumingTarget: $2) }
  }

  @Test func passesHoldFewerIntermediatesAndTheirGradientsTwice() throws {
    let recipe = try Self.recipe(adapted: false)
    func updates(_ variation: ForecastVariation) throws -> [MemoryParts] {
      try Self.forecast(recipe, variation: variation).entries.flatMap(\.moments)
        .filter { $0.kind == .update }.map(\.memory)
    }
    let (whole, cut) = (try updates(.none), try updates(.microBatches(150)))
    #expect(whole.count == 2)
    for (one, other) in zip(whole, cut) {
      #expect(other[.intermediates] < one[.intermediates])
      // Log-probabilities and other small results are fewer; gradients are two of each.
      #expect(other[.results] > one[.results] * 19 / 10 && other[.results] <= one[.results] * 2)
    }
    #expect(try updates(.microBatches(1 << 20)) == whole)
  }

  /// Groups of a prompt of 10 tokens and four responses of 7 or 8: 40 tokens.
  @Test(arguments: [(40, 1, 4), (39, 1, 4), (17, 1, 1), (1, 1, 1), (90, 2, 8)])
  func aPassHoldsWholeGroupsOrAPartOfOne(bound: Int, prompts: Int, responses: Int) {
    let whole = PassSizes(
      prompts: 4, promptTokens: 40, responses: 16, responseTokens: 120, patches: 16,
      framePatches: 4)
    let part = whole.bounded(by: bound)
    #expect(part.responses == responses && part.prompts == prompts)
    #expect(part.patches == 4 * part.prompts)
    let single = part.prompts == 1 && part.responses == 1
    #expect(part.promptTokens + part.responseTokens <= bound || single)
    #expect(whole.bounded(by: nil) == whole && whole.bounded(by: 160) == whole)
  }

  @Test(arguments: [false, true])
  func theDeviceHoldsWhatWasPredicted(adapted: Bool) async throws {
    let recipe = try Self.recipe(adapted: adapted)
    let forecast = try Self.forecast(recipe)
    #expect(forecast.entries.map(\.name) == ["cold", "check/cold", "rl", "check/rl"])
    let predicted = try #require(
      forecast.entries.flatMap(\.moments).map(\.deviceBytes).max())
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let trainer = try Trainer(
        Lowering.lower(recipe), services: run.services(),
        settings: ExecutionSettings(stateInterval: 2))
      try await trainer.run()
      let device = try #require(trainer.device as? CPUDevice)
      let ratio = Double(predicted) / Double(device.memoryUse.peakBytes)
      #expect((0.9...1.1).contains(ratio), "\(predicted) of \(device.memoryUse.peakBytes)")
    }
  }

  @Test func everyPartOfAStageIsPredicted() throws {
    let forecast = try Self.forecast(try Self.recipe(adapted: false))
    let weights = QwenParameters.all(
      try Lowering.lower(Self.recipe(adapted: false)).modelConfiguration().configuration
    ).reduce(0) { $0 + 4 * $1.count }
    let stage = try #require(forecast.entries.first { $0.name == "rl" })
    #expect(stage.moments.map(\.kind) == [.sampling, .reference, .update, .saving])
    for moment in stage.moments {
      #expect(moment.memory[.weights] == weights)
      // What it starts from is its reference.
      #expect(moment.memory[.frozen] == weights)
      #expect(moment.memory[.optimizer] == 2 * weights)
    }
    let update = try #require(stage.moments.first { $0.kind == .update })
    #expect(update.memory[.results] >= weights)
    #expect(stage.work.decodingSteps == 95)
    #expect(stage.work.totalOperations > 0)
    let rates = MachineRates(operationsPerSecond: 1e11, bytesPerSecond: 1e10)
    #expect(stage.work.seconds(rates) > 0)

    let adapted = try Self.forecast(try Self.recipe(adapted: true))
    let small = try #require(adapted.entries.first { $0.name == "rl" })
    #expect(small.moments.allSatisfy { $0.memory[.optimizer] < weights / 4 })
    #expect((small.peak?.memory.total ?? 0) < (stage.peak?.memory.total ?? 0))
  }

  @Test func everyStageIsPredictedWithTheFramesThatItSees() throws {
    func entry(_ name: String, _ changes: [(String, String)]) throws -> RunForecast.Entry {
      try #require(Self.forecast(TinyRun.checked(changes)).entries.first { $0.name == name })
    }
    let longer = "video: {frames: 16}"
    let shared = try entry("rl", [])
    // An evaluation that sees more of the same data is another matter.
    let evaluation = ("check: {data: questions,", "check: {data: questions, \(longer),")
    #expect(try entry("rl", [evaluation]).work == shared.work)
    #expect(
      try entry("check/rl", [evaluation]).work.operations
        > 2 * entry("check/rl", []).work.operations)

    let curated = (
      "stages:\n",
      """
      generators:
        teacher: {api: oracle}
      stages:
        curated: {algorithm: pipeline, data: questions, steps: {drafted: {do: write, by: teacher}}}

      """
    )
    let onCurated = ("    data: questions\n", "    data: stages.curated\n")
    #expect(try entry("rl", [curated, onCurated]).work == shared.work)
    let view = ("    data: questions\n", "    data: stages.curated\n    \(longer)\n")
    let own = ("    data: questions\n", "    data: questions\n    \(longer)\n")
    #expect(try entry("rl", [curated, view]).work == entry("rl", [own]).work)
    #expect(try entry("rl", [own]).work.operations > shared.work.operations)
    // Frames of both are kept at the same time: those of the questions until the last evaluation.
    let frames = try entry("rl", [own]).moments[0].memory[.frames]
    #expect(frames > 4 * shared.moments[0].memory[.frames])
  }

  @Test func allThatIsSampledIsPredicted() throws {
    func steps(_ name: String, _ changes: [(String, String)]) throws -> Double {
      let forecast = try Self.forecast(TinyRun.checked(changes))
      return try #require(forecast.entries.first { $0.name == name }).work.decodingSteps
    }
    #expect(try steps("rl", []) == 39)
    let replaced = "group_size: 4\n    dynamic_sampling: {keep: any(correct > 0), rounds: "
    #expect(try steps("rl", [("group_size: 4", replaced + "1}")]) == 2 * 39)
    // Two questions at once of six: after two rounds none is left.
    #expect(try steps("rl", [("group_size: 4", replaced + "8}")]) == 3 * 39)
    let again = (
      "  brief: {kind: length",
      "  again: {kind: self_sufficiency, of: [observation], answer: answer, credit: perception}\n"
        + "  brief: {kind: length"
    )
    #expect(try steps("rl", [again]) == 2 * 39)
    #expect(try steps("check/rl", []) == 39)
    #expect(try steps("check/rl", [again]) == 2 * 39)
    let evaluation = (
      "check: {data: questions, after: [cold, rl], max_new_tokens: 40 tok}",
      "check: {data: questions, after: [cold, rl], max_new_tokens: 40 tok, "
        + "observation_only: [observation], sampled: {responses: 4}}"
    )
    #expect(try steps("check/rl", [evaluation]) == 3 * 39)
  }

  /// Every number is legal by itself.
  @Test func aStepOfMoreThanAnybodyComputesIsNoForecastAndNoCrash() throws {
    let recipe = try TinyRun.checked([
      ("    steps: 3\n", "    steps: 1000000000\n"),
      ("prompts_per_step: 2", "prompts_per_step: 1000000"),
      ("group_size: 4", "group_size: 1000000"),
      ("{max_new_tokens: 40 tok}", "{max_new_tokens: 1048576 tok}"),
    ])
    let error = #expect(throws: ForecastError.self) { try Self.forecast(recipe) }
    #expect(
      "\(try #require(error))".contains("tokens or patches is more than any machine computes"))
  }

  @Test func theWorkOfALargeStepOfALargeModelIsCounted() throws {
    func operations(prompts: Int) throws -> Double {
      let forecast = try Self.forecast(
        TinyRun.checked([
          (
            Self.sizes.text,
            "{hidden_size: 65536, layers: 1, heads: 512, key_value_heads: 64, "
              + "intermediate_size: 262144,"
          ), ("mrope_section: [2, 3, 3]", "mrope_section: [16, 24, 24]"),
          ("prompts_per_step: 2", "prompts_per_step: \(prompts)"),
          ("group_size: 4", "group_size: 16\n    micro_batch: 65536 tok"),
          ("{max_new_tokens: 40 tok}", "{max_new_tokens: 20480 tok}"),
        ]))
      return try #require(forecast.entries.first { $0.name == "rl" }).work.operations
    }
    let (small, large) = (try operations(prompts: 256), try operations(prompts: 512))
    #expect(large > Double(Int.max))
    #expect(abs(large / small - 2) < 0.01)
  }

  @Test func recomputationFewerRolloutsAndAdaptersNeedLess() throws {
    let recipe = try Self.recipe(adapted: false)
    func peak(
      _ settings: ExecutionSettings, _ kind: ForecastMoment.Kind,
      _ variation: ForecastVariation = .none
    ) throws -> Int {
      let entries = try Self.forecast(recipe, settings, variation: variation).entries
      let stage = try #require(entries.first { $0.name == "rl" })
      return try #require(stage.moments.first { $0.kind == kind }).memory.total
    }
    let plain = ExecutionSettings()
    let updates = try Recomputation.allCases.map {
      try peak(ExecutionSettings(recomputation: $0), .update)
    }
    #expect(updates[0] > updates[1] && updates[1] > updates[2])
    #expect(
      try peak(ExecutionSettings(rolloutsInFlight: 4), .sampling) < peak(plain, .sampling))
    #expect(try peak(plain, .update, .adapters) < updates[0])
    #expect(try peak(plain, .update, .halfBatches) < updates[0])
  }

  @Test func aRunThatDoesNotFitIsRefusedWithWhatToChange() throws {
    let recipe = try Self.recipe(adapted: false)
    let forecast = try Self.forecast(recipe)
    func refusal(_ bytes: Int) -> MemoryRefusal? {
      MemoryRefusal(forecast, available: AvailableMemory(bytes: bytes, limit: "this machine")) {
        try? Self.forecast(recipe, $0, variation: $1)
      }
    }
    #expect(refusal(forecast.peakBytes) == nil)
    let found = try #require(refusal(forecast.peakBytes - 1)?.diagnostic(in: "recipe.yaml"))
    #expect(found.code.slug == "not-enough-memory")
    #expect(found.span.start.line > 1)
    #expect(found.message.contains("of memory, and this machine has "))
    #expect(found.notes.contains { $0.hasPrefix("with run.recomputation: 2: ") })
    #expect(found.notes.contains { $0.contains(", which fits (same results") })
    #expect(found.help?.contains("--ignore-memory") == true)
  }

  @Test func levelsOfRecomputationAndRolloutsInFlightGiveTheSameBits() async throws {
    try await withFolder { folder in
      let graph = try TinyRun.graph([("steps: 40", "steps: 4"), ("clips: 6", "clips: 4")])
      var digests: Set<[String]> = []
      for settings in [
        ExecutionSettings(), ExecutionSettings(recomputation: .memoryBound, rolloutsInFlight: 4),
        ExecutionSettings(threads: 1, recomputation: .blocks),
      ] {
        let run = TinyRun(in: folder)
        let services = try run.services()
        try await Trainer(graph, services: services, settings: settings).run()
        digests.insert(run.recorder.finished.map(\.digest))
      }
      #expect(digests.count == 1)
    }
  }

  @Test(.enabled(if: (try? OpenBLAS.load()) != nil))
  func openBLASComputesWhereTheRecipeSaysSo() async throws {
    let replacement = ("run: {name: tiny, seed: 3}", "run: {name: tiny, seed: 3, matmul: openblas}")
    let (plain, other) = (try TinyRun.graph(), try TinyRun.graph([replacement]))
    #expect(other.run.matrixProducts == .openBLAS)
    // Its last bits are its own, and so are its stages.
    #expect(plain.digests()["data/traces"] == other.digests()["data/traces"])
    for stage in ["model", "cold", "rl"] {
      #expect(plain.digests()[NodeID(stage)] != other.digests()[NodeID(stage)])
    }
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try TinyRun.graph([replacement, ("steps: 40", "steps: 2")])
      let trainer = try Trainer(
        graph, services: run.services(), settings: ExecutionSettings(threads: 1))
      #expect(trainer.deviceName.contains("OpenBLAS \(try OpenBLAS.load().coreName)"))
      try await trainer.run()
      #expect(run.recorder.finished.count == 2)
    }
  }
}

@Suite struct AvailableMemoryTests {
  private func available(_ files: [String: String]) throws -> AvailableMemory? {
    let root = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-memory-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: root) }
    for (path, text) in files {
      let file = root.appendingPathComponent(path)
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    return AvailableMemory.current(root: root.path + "/")
  }

  private static let machine = [
    "proc/meminfo": "MemTotal: 900 kB\nMemAvailable:    500 kB\n",
    "proc/self/status": "Name:\tx\nVmHWM:\t 90 kB\nVmRSS:\t  20 kB\n",
  ]

  @Test func isWhatTheMachineHasFreeAndWhatTheProcessHoldsAlready() throws {
    #expect(
      try available(Self.machine) == AvailableMemory(bytes: 520 * 1024, limit: "this machine"))
    #expect(try available([:]) == nil)
    #expect(try available(["proc/meminfo": "MemAvailable: much\n"]) == nil)
    #expect(try #require(AvailableMemory.current()).bytes > 1 << 20)
    #expect(AvailableMemory.resident > 1 << 20)
  }

  @Test func aTighterLimitOfTheControlGroupCounts() throws {
    let second = Self.machine.merging([
      "proc/self/cgroup": "0::/jobs/7\n", "sys/fs/cgroup/jobs/7/memory.max": "max\n",
      "sys/fs/cgroup/jobs/7/memory.current": "1000\n", "sys/fs/cgroup/jobs/memory.max": "300000\n",
      "sys/fs/cgroup/jobs/memory.current": "200000\n",
      "sys/fs/cgroup/jobs/memory.stat": "anon 5\ninactive_file 50000\n",
    ]) { $1 }
    #expect(try available(second)?.bytes == 150_000 + 20 * 1024)
    #expect(try available(second)?.limit == "the control group of this process")

    // The path is the host's; inside, the mount itself is the group.
    let first = Self.machine.merging([
      "proc/self/cgroup": "9:name=systemd:/\n4:cpu,memory:/docker/abc\n0::/\n",
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "400000\n",
      "sys/fs/cgroup/memory/memory.usage_in_bytes": "100000\n",
      "sys/fs/cgroup/memory/memory.stat": "inactive_file 7\ntotal_inactive_file 1000\n",
    ]) { $1 }
    #expect(try available(first)?.bytes == 301_000 + 20 * 1024)
    let unlimited = first.merging([
      "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"
    ]) { $1 }
    #expect(try available(unlimited)?.limit == "this machine")
  }
}
