import TensorEngine
import TestSupport
import Testing
import VideoInput

@testable import Models

@Suite("Packed batch")
struct PackedBatchTests {
  private let configuration: QwenConfiguration

  init() throws {
    configuration = try QwenConfiguration(contentsOf: Fixtures.url("tiny-vl"))
  }

  private func batch(sharePrompt: Bool) throws -> PackedBatch {
    try PackedBatch(
      [
        (Prompt(tokens: [10, 11, 12]), [[20, 21, 22], [30]]),
        (Prompt(tokens: [40, 41]), [[50, 51]]),
      ], configuration: configuration, sharePrompt: sharePrompt)
  }

  @Test("holds every prompt once; responses without their last token attend to it")
  func sharedPrompt() throws {
    let batch = try batch(sharePrompt: true)
    #expect(batch.inputs["tokens"]?.integers == [10, 11, 12, 20, 21, 40, 41, 50])
    #expect(
      batch.inputs["segments"]?.integers == [
        0, 3, 0, 0, 0, 3, 0,
        3, 2, 0, 3, 3, 2, 0,
        5, 2, 0, 0, 5, 2, 1,
        7, 1, 5, 2, 7, 1, 1,
      ])
    #expect(batch.inputs["targets"]?.integers == [20, 21, 22, 30, 50, 51])
    #expect(batch.inputs["target_rows"]?.integers == [2, 3, 4, 2, 6, 7])
    #expect(batch.targetRanges == [[0..<3, 3..<4], [4..<6]])
    #expect(batch.rowCount == 8)
    #expect(batch.targetCount == 6)
    #expect(!batch.hasVisuals)
    #expect(batch.inputs.count == 6)
  }

  @Test("repeats the prompt for every response on demand, with the same targets")
  func unsharedPrompt() throws {
    let batch = try batch(sharePrompt: false)
    #expect(
      batch.inputs["tokens"]?.integers == [10, 11, 12, 20, 21, 10, 11, 12, 40, 41, 50])
    #expect(batch.inputs["target_rows"]?.integers == [2, 3, 4, 7, 9, 10])
    #expect(batch.targetRanges == [[0..<3, 3..<4], [4..<6]])
    #expect(
      batch.inputs["segments"]?.integers == [
        0, 3, 0, 0, 0, 3, 0,
        3, 2, 0, 3, 3, 2, 0,
        5, 3, 0, 0, 5, 3, 1,
        8, 2, 0, 0, 8, 2, 2,
        10, 1, 8, 2, 10, 1, 2,
      ])
  }

  @Test("responses continue at the position after the prompt, on all axes")
  func positionsContinue() throws {
    let shared = try batch(sharePrompt: true)
    let straight = try PackedBatch(
      [(Prompt(tokens: [10, 11, 12, 20, 21]), [])], configuration: configuration)
    let width = 16
    #expect(
      shared.inputs["cosine"]?.floats.prefix(5 * width) == straight.inputs["cosine"]?.floats[...])
    #expect(
      shared.inputs["sine"]?.floats.prefix(5 * width) == straight.inputs["sine"]?.floats[...])
  }

  @Test("has the patches of a group's visuals once, in window order")
  func visualsOnce() throws {
    let reference = try ReferenceVideoBatch("vl_two", configuration: configuration)
    let prompt = reference.samples[1].prompt
    let batch = try PackedBatch([(prompt, [[1, 2], [3, 4]])], configuration: configuration)
    #expect(batch.patchCount == 48 + 72)
    #expect(batch.inputs["visual.patches"]?.shape == [120, 1176])
    // Both visuals together: the image's rows first; each placeholder is written once.
    let rows = try #require(batch.inputs["visual.rows"]?.integers)
    let placeholders = prompt.tokens.indices.filter {
      configuration.placeholderKind(of: prompt.tokens[$0]) != nil
    }
    #expect(rows.sorted() == placeholders.map { Int32($0) })
    let layout = try #require(configuration.visionLayout(of: prompt.visuals[1]))
    let firstVideoRow = try #require(
      prompt.tokens.firstIndex { $0 == configuration.tokens.videoPad })
    #expect(rows[12...] == layout.blockOrder.map { Int32($0 + firstVideoRow) }[...])
    let moved = try #require(batch.inputs["visual.patches"]?.floats)
    let block = layout.blockOrder[3]
    #expect(
      moved[(48 + 12) * 1176..<(48 + 16) * 1176]
        == prompt.visuals[1].values[block * 4 * 1176..<(block + 1) * 4 * 1176])
  }

  @Test("refuses a prompt that is longer than the model's context, and says both lengths")
  func context() throws {
    var text = configuration.text
    text.maximumPositions = 8
    let small = try QwenConfiguration(
      text: text, vision: configuration.vision, tokens: configuration.tokens)
    let fitting = try PackedBatch(
      [(Prompt(tokens: Array(10..<18)), [[1, 2]])], configuration: small)
    #expect(fitting.rowCount == 9)
    let error = #expect(throws: PromptError.overContext(tokens: 9, context: 8)) {
      try PackedBatch([(Prompt(tokens: Array(10..<19)), [[1]])], configuration: small)
    }
    #expect(error?.description.contains("9 tokens") == true)
    #expect(error?.description.contains("context of 8") == true)
  }

  @Test("a response of one token adds no row, and is predicted by the prompt's last one")
  func oneToken() throws {
    let batch = try PackedBatch(
      [(Prompt(tokens: [10, 11]), [[5]])], configuration: configuration)
    #expect(batch.rowCount == 2)
    #expect(batch.inputs["target_rows"]?.integers == [1])
    #expect(batch.targetRanges == [[0..<1]])
    let model = try PolicyModel.load(
      from: Fixtures.url("tiny-vl"), device: CPUDevice(threads: 2))
    let results = try TrainingPass(model).run(batch)
    #expect(try results.host("logProbability").floats == model.logProbabilities(batch))
    for name in results.gradientNames {
      #expect(try results.host(name).floats.allSatisfy(\.isFinite), "\(name)")
    }
    #expect(try results.host("gradient.lm_head.weight").floats.contains { $0 != 0 })
  }

  @Test("refuses what it cannot compute")
  func refusals() {
    #expect(throws: PromptError.noPrompts) {
      try PackedBatch([], configuration: configuration)
    }
    #expect(throws: PromptError.emptyResponse) {
      try PackedBatch([(Prompt(tokens: [1]), [[]])], configuration: configuration)
    }
    #expect(throws: PromptError.empty) {
      try PackedBatch([(Prompt(tokens: []), [[1]])], configuration: configuration)
    }
    #expect(throws: PromptError.tokenOutOfRange(token: -1, position: 1, vocabulary: 1024)) {
      try PackedBatch([(Prompt(tokens: [1, -1]), [[1]])], configuration: configuration)
    }
    #expect(throws: PromptError.tokenOutOfRange(token: 9999, position: 1, vocabulary: 1024)) {
      try PackedBatch([(Prompt(tokens: [1]), [[1, 9999]])], configuration: configuration)
    }
  }
}
