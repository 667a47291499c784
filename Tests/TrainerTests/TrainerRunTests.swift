import ClipWorld
import Foundation
import Models
import Rewards
import Testing
import TrainingGraph
import VideoInput

@testable import Trainer

@Suite struct TrainerRunTests {
  @Test func everyNodeOfTheGraphIsExecuted() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(TinyRun.graph())
      let steps = run.recorder.steps
      #expect(steps.map(\.step) == Array(1...40) + [1, 2, 3])
      #expect(steps.map(\.stage) == [String](repeating: "cold", count: 40) + ["rl", "rl", "rl"])
      #expect(run.recorder.evaluations.map(\.stage) == ["cold", "rl"])
      let losses = run.recorder.steps.prefix(40).compactMap { $0.values["loss"] }
      #expect((losses.last ?? .infinity) < (losses.first ?? 0))

      let evaluation = try #require(run.recorder.evaluations.last?.values)
      for name in ["accuracy", "sufficiency", "lucky", "format", "blind", "accuracy/direction"] {
        #expect((0...1).contains(try #require(evaluation[name], "\(name)")))
      }
      let checkpoint = try #require(run.recorder.finished.last?.checkpoint)
      let files = try CheckpointFiles(contentsOf: URL(fileURLWithPath: checkpoint))
      #expect(files.configuration.text.hiddenSize == 32)
      #expect(try files.tokenizer().id(of: "<observation>") != nil)
    }
  }

  @Test func theFirstStepIsOnPolicy() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(TinyRun.graph())
      let first = try #require(run.recorder.steps.first { $0.stage == "rl" })
      // Policy and reference are the same weights, and the trainer computes what the sampler saw.
      #expect(first.values["kl"] == 0)
      #expect(first.values["clip_share"] == 0)
      #expect(first.values["reward/sufficient"] != nil)
      #expect(first.values["zero_variance/perception"] != nil)
    }
  }

  /// With an empty clip range any ratio other than 1 would be counted.
  @Test(arguments: RatioLevel.allCases)
  func theRatioOfAFirstUpdateIsExactlyOne(level: RatioLevel) async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(
        TinyRun.graph([
          (
            "group_size: 4",
            "group_size: 4\n    ratio: \(level.rawValue)\n    clip: {low: 0, high: 0}"
          )
        ]))
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.count == 3)
      #expect(steps.allSatisfy { $0.values["clip_share"] == 0 && $0.values["updates"] == nil })
    }
  }

  @Test func aBatchIsUsedAsOftenAsTheRecipeSays() async throws {
    try await withFolder { folder in
      let once = TinyRun(in: folder)
      try await once.run(TinyRun.graph())
      let often = TinyRun(in: folder)
      try await often.run(TinyRun.reusing)
      let (plain, reused) = (once.recorder, often.recorder)
      // The rollouts of the first batch are the same; what is learned from them is not.
      #expect(
        plain.rollouts.prefix(2).map { $0.responses.map(\.text) }
          == reused.rollouts.prefix(2).map { $0.responses.map(\.text) })
      #expect(plain.finished.last?.digest != reused.finished.last?.digest)
      for step in reused.steps where step.stage == "rl" {
        #expect(step.values["updates"] == 6)
        let ratio = try #require(step.values["ratio"])
        #expect(ratio != 1 && abs(ratio - 1) < 1)
        let (low, high) = (step.values["clip_share/low"], step.values["clip_share/high"])
        let region = try #require(step.values["clip_share"])
        #expect(abs(try #require(low) + #require(high) - region) < 1e-12)
        // Five of six updates are off policy, and nothing lies in an empty range.
        #expect(region > 0)
      }
      #expect(plain.steps.allSatisfy { $0.values["ratio"] == nil })
    }
  }

  @Test func threadsDoNotChangeABitOffPolicy() async throws {
    try await withFolder { folder in
      let one = TinyRun(in: folder)
      try await one.run(TinyRun.reusing, threads: 1)
      let two = TinyRun(in: folder)
      try await two.run(TinyRun.reusing, threads: 2)
      #expect(one.recorder.steps == two.recorder.steps)
      #expect(one.recorder.finished.map(\.digest) == two.recorder.finished.map(\.digest))
    }
  }

  @Test func whatIsScheduledFollowsTheSteps() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try TinyRun.graph([
        ("steps: 40", "steps: 4"),
        (
          "{max_new_tokens: 40 tok}",
          "{temperature: {linear: {from: 1.5, to: 0.5}}, max_new_tokens: 40 tok}"
        ),
        (
          "1..24 tok,",
          "1..24 tok, weight: {piecewise: {points: [{at: 0 step, value: 0}, {at: 1 step, value: 2}]}},"
        ),
      ])
      try await run.run(graph)
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.map { $0.values["temperature"] } == [1.5, 1, 0.5])
      #expect(steps.map { $0.values["weight/brief"] } == [0, 2, 2])
      // Every step trains at the temperature it was sampled at, so the ratio stays 1.
      #expect(steps.allSatisfy { $0.values["clip_share"] == 0 })
    }
  }

  @Test func everyTokenCarriesTheAdvantageOfItsProcess() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(TinyRun.graph())
      #expect(run.recorder.rollouts.count == 6)
      for response in run.recorder.rollouts.flatMap(\.responses) {
        #expect(response.pieces.count == response.advantages.count)
        #expect(response.parts.count == response.advantages.count)
        for part in Set(response.parts) {
          let own = zip(response.parts, response.advantages).filter { $0.0 == part }.map(\.1)
          #expect(Set(own).count == 1)
        }
      }
    }
  }

  @Test func someStepsKeepWhatElseCouldHaveBeenSaid() async throws {
    #expect(
      (0..<10).filter {
        ExecutionSettings(detailedSteps: 3).recording(of: $0, steps: 10).choices > 0
      } == [0, 4, 7])
    #expect(ExecutionSettings(detailedSteps: 0).recording(of: 0, steps: 10).choices == 0)
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(TinyRun.graph())
      for response in run.recorder.rollouts.flatMap(\.responses) {
        let choices = try #require(response.choices)
        #expect(choices.map { $0.first?.text } == response.pieces)
        for choice in choices {
          #expect(choice.count == 6)
          let others = choice.dropFirst().map(\.probability)
          #expect(others == others.sorted(by: >))
          #expect(choice.reduce(0) { $0 + $1.probability } < 1.001)
        }
      }
    }
  }

  @Test func threadsDoNotChangeABit() async throws {
    try await withFolder { folder in
      let one = TinyRun(in: folder)
      try await one.run(TinyRun.graph(), threads: 1)
      let two = TinyRun(in: folder)
      try await two.run(TinyRun.graph(), threads: 2)
      #expect(one.recorder.steps == two.recorder.steps)
      #expect(one.recorder.evaluations == two.recorder.evaluations)
      #expect(one.recorder.finished.map(\.digest) == two.recorder.finished.map(\.digest))
    }
  }

  @Test(arguments: [1, 5, 42, 44])
  func aRunThatIsStoppedGoesOnAsIfItNeverWas(events: Int) async throws {
    try await expectExactResumption(of: TinyRun.graph(), after: events)
  }

  /// A batch that is being used when the run is stopped is used to its end, then the state is saved.
  @Test(arguments: [45, 48])
  func aRunThatReusesBatchesGoesOnAsIfItNeverWas(events: Int) async throws {
    try await expectExactResumption(of: TinyRun.reusing, after: events)
  }
}

@Suite struct GraphDecidesTests {
  @Test func aDroppedRewardIsNotEvaluated() async throws {
    try await withFolder { folder in
      var graph = try TinyRun.graph()
      try graph.remove("rl/reward/words")
      let run = TinyRun(in: folder)
      try await run.run(graph)
      let step = try #require(run.recorder.steps.last)
      #expect(step.values["reward/words"] == nil)
      #expect(step.values["reward/template"] != nil)
      #expect(run.recorder.evaluations.last?.values["reward/words"] != nil)
    }
  }

  @Test func anEditedScopeChangesAdvantagesAndWeights() async throws {
    try await withFolder { folder in
      let plain = TinyRun(in: folder)
      try await plain.run(TinyRun.graph())
      var graph = try TinyRun.graph()
      for process in ["perception", "reasoning"] {
        try graph.edit(NodeID("rl", "normalize", process)) { operation in
          guard case .normalize(var scope) = operation else { return }
          scope.normalization.scale = .none
          operation = .normalize(scope)
        }
      }
      let edited = TinyRun(in: folder)
      try await edited.run(graph)
      #expect(plain.recorder.finished[0].digest == edited.recorder.finished[0].digest)
      #expect(
        plain.recorder.rollouts[0].responses.map(\.text)
          == edited.recorder.rollouts[0].responses.map(\.text))
      let advantages = [plain, edited].map {
        $0.recorder.rollouts.prefix(2).map { $0.responses.map(\.advantages) }
      }
      #expect(advantages[0] != advantages[1])
      #expect(plain.recorder.finished[1].digest != edited.recorder.finished[1].digest)
    }
  }

  @Test func plainGRPOCreditsAllTokensAlike() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(
        TinyRun.graph([
          (
            "algorithm: process_aware_grpo",
            "algorithm: grpo\n    rewards: [correct, template, words]"
          )
        ]))
      for response in run.recorder.rollouts.flatMap(\.responses) {
        #expect(Set(response.advantages).count == 1)
        #expect(Array(response.totals.keys) == ["response"])
      }
    }
  }
}

@Suite struct TrainerErrorTests {
  @Test func anUndecodableClipIsNamedAndNotReplaced() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try TinyRun.graph()
      let worlds = Worlds(folder: folder.appendingPathComponent("worlds"))
      for case .dataset(let dataset) in graph.nodes.map(\.operation) {
        _ = try worlds.load(dataset)
      }
      let broken = folder.appendingPathComponent("worlds/traces/clips/000003.mp4")
      #expect(FileManager.default.fileExists(atPath: broken.path))
      try Data("not a video".utf8).write(to: broken)
      let error = await #expect(throws: VideoError.self) { try await run.run(graph) }
      #expect("\(try #require(error))".contains("000003.mp4"))
      #expect(run.recorder.steps.allSatisfy { $0.stage == "cold" })
    }
  }

  @Test func aCurriculumThatFindsNothingIsNamed() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try TinyRun.graph([("value: \"1\"", "value: \"seven\"")])
      await #expect(
        throws: TrainerError.emptyCurriculum(stage: "cold", column: "objects", value: "seven")
      ) { try await run.run(graph) }
    }
  }

  @Test func aStepThatTakesMoreQuestionsThanThereAreIsRefused() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try TinyRun.graph([("prompts_per_step: 2", "prompts_per_step: 7")])
      await #expect(
        throws: TrainerError.tooFewRecords(dataset: "questions", found: 6, needed: 7)
      ) { try await run.run(graph) }
    }
  }

  @Test func aKindThatNobodyProvidesIsNamed() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let services = TrainerServices(
        data: [:], makeJudge: { try OracleJudge($0.settings) },
        stages: try Stages(folder: folder), observer: run.recorder)
      await #expect(throws: TrainerError.unknownDataKind("clipworld", dataset: "traces")) {
        try await run.run(TinyRun.graph(), threads: 1, services: services)
      }
    }
  }
}
