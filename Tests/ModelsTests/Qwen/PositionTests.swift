import TestSupport
import Testing
import VideoInput

@testable import Models

@Suite("Multimodal positions")
struct PositionTests {
  private let configuration: QwenConfiguration

  init() throws {
    configuration = try QwenConfiguration(contentsOf: Fixtures.url("tiny-vl"))
  }

  private func compare(
    _ name: String, _ expected: [[Int]], _ deltas: [Int], _ rule: PositionRule,
    deltasCountPadding: Bool = false, change: (inout Prompt) -> Void = { _ in }
  ) throws {
    let batch = try ReferenceVideoBatch(name, configuration: configuration)
    for (row, sample) in batch.samples.enumerated() {
      var prompt = sample.prompt
      change(&prompt)
      let positions = try Positions(prompt, configuration: configuration, rule: rule)
      for (axis, own) in [positions.temporal, positions.height, positions.width].enumerated() {
        let reference = expected[axis * batch.samples.count + row]
        #expect(own == Array(reference[sample.columns]), "\(name) row \(row) axis \(axis)")
      }
      let length = deltasCountPadding ? batch.length : sample.prompt.tokens.count
      #expect(positions.next == length + deltas[row])
    }
  }

  @Test("of frames too far apart for any position are refused")
  func tooLongDuration() throws {
    var prompt = try #require(
      ReferenceVideoBatch("vl_one", configuration: configuration).samples.first?.prompt)
    prompt.visuals[0].secondsPerGrid = 1e12
    for rule in PositionRule.allCases {
      #expect(throws: PromptError.duration(visual: 0, secondsPerGrid: 1e12)) {
        try Positions(prompt, configuration: configuration, rule: rule)
      }
    }
  }

  @Test("equal transformers 5 under its rule", arguments: ["vl_one", "vl_two"])
  func equalTransformers5(name: String) throws {
    let tensors = try ReferenceTensors(name)
    try compare(
      name, tensors.integerRows("position_ids"), tensors.integers("rope_deltas"), .transformers5)
  }

  @Test("equal transformers 4.57, which follows the published rule")
  func equalPublishedRule() throws {
    let tensors = try ReferenceTensors("vl_mrope_transformers_4_57")
    try compare(
      "vl_one", tensors.integerRows("one.position_ids"), tensors.integers("one.rope_deltas"),
      .published)
  }

  @Test("equal transformers 4.57 with an image, once seconds are cut to integers as it does")
  func equalPublishedRuleWithAnImage() throws {
    let tensors = try ReferenceTensors("vl_mrope_transformers_4_57")
    try compare(
      "vl_two", tensors.integerRows("two.position_ids"), tensors.integers("two.rope_deltas"),
      .published, deltasCountPadding: true
    ) { prompt in
      for index in prompt.visuals.indices {
        prompt.visuals[index].secondsPerGrid.round(.towardZero)
      }
    }
  }

  @Test("text alone counts up on all axes, under both rules", arguments: PositionRule.allCases)
  func textCountsUp(rule: PositionRule) throws {
    let positions = try Positions(
      Prompt(tokens: [5, 6, 7]), configuration: configuration, rule: rule)
    #expect(positions.temporal == [0, 1, 2])
    #expect(positions.height == [0, 1, 2])
    #expect(positions.width == [0, 1, 2])
    #expect(positions.next == 3)
  }

  @Test("a long low video makes the rules differ where text resumes")
  func rulesDifferAfterALongVideo() throws {
    let pad = try #require(configuration.tokens.videoPad)
    let video = VisualPatches(
      kind: .video, temporal: 4, height: 2, width: 4, secondsPerGrid: 1.5,
      values: [Float](repeating: 0, count: 4 * 8 * 1176))
    let prompt = Prompt(
      tokens: [1] + [Int](repeating: pad, count: 8) + [2], visuals: [video])
    let published = try Positions(prompt, configuration: configuration, rule: .published)
    let newer = try Positions(prompt, configuration: configuration, rule: .transformers5)
    // Frames start 1.5 s apart and a second has 2 positions: 0, 3, 6, 9 after the start at 1.
    #expect(published.temporal == [0, 1, 1, 4, 4, 7, 7, 10, 10, 11])
    #expect(published.next == 12)
    #expect(newer.temporal == [0, 1, 1, 4, 4, 7, 7, 10, 10, 3])
    #expect(newer.next == 4)
    #expect(published.width[1...8] == [1, 2, 1, 2, 1, 2, 1, 2])
    #expect(published.height[1...8] == [1, 1, 1, 1, 1, 1, 1, 1])
  }
}

@Suite("Prompts")
struct PromptTests {
  private let configuration: QwenConfiguration
  private let image: Int
  private let video: Int

  init() throws {
    configuration = try QwenConfiguration(contentsOf: Fixtures.url("tiny-vl"))
    image = try #require(configuration.tokens.imagePad)
    video = try #require(configuration.tokens.videoPad)
  }

  private func clip(
    _ kind: VisualPatches.Kind = .video, height: Int = 2, width: Int = 4, values: Int? = nil
  ) -> VisualPatches {
    VisualPatches(
      kind: kind, temporal: 1, height: height, width: width, secondsPerGrid: 1,
      values: [Float](repeating: 0, count: values ?? height * width * 1176))
  }

  private func error(_ tokens: [Int], _ visuals: [VisualPatches] = []) -> PromptError? {
    do {
      _ = try PromptLayout(
        Prompt(tokens: tokens, visuals: visuals), configuration: configuration)
      return nil
    } catch {
      return error as? PromptError
    }
  }

  @Test("are taken apart into text and visuals, neighbours included")
  func layout() throws {
    let prompt = Prompt(
      tokens: [1, 2, video, video, video, video, 3, image, image],
      visuals: [clip(), clip(), clip(.image)])
    let layout = try PromptLayout(prompt, configuration: configuration)
    #expect(
      layout.elements == [
        .text(0..<2), .visual(index: 0, 2..<4), .visual(index: 1, 4..<6), .text(6..<7),
        .visual(index: 2, 7..<9),
      ])
  }

  @Test("that contradict their visuals are refused by name")
  func contradictions() {
    #expect(error([]) == .empty)
    #expect(error([1, video]) == .placeholderWithoutVisual(position: 1, visuals: 0))
    #expect(error([1], [clip()]) == .visualWithoutPlaceholder(placeholders: 0, visuals: 1))
    #expect(
      error([video, video, 1, video], [clip()])
        == .placeholderWithoutVisual(position: 3, visuals: 1))
    #expect(
      error([video, 1, video], [clip()])
        == .placeholderCount(visual: 0, found: 1, expected: 2))
    #expect(error([image, image], [clip()]) == .wrongKind(visual: 0, position: 0))
    #expect(
      error([video], [clip(height: 3)])
        == .grid(visual: 0, temporal: 1, height: 3, width: 4, merge: 2))
    #expect(
      error([video, video], [clip(values: 7)])
        == .patchValues(visual: 0, found: 7, expected: 8 * 1176))
  }

  @Test("with tokens outside of the vocabulary are refused", arguments: [-1, 1024])
  func tokensOutOfRange(token: Int) {
    #expect(
      error([3, token]) == .tokenOutOfRange(token: token, position: 1, vocabulary: 1024))
  }

  @Test("with a video are refused by a model without vision")
  func noVision() throws {
    let text = try QwenConfiguration(contentsOf: Fixtures.url("tiny-lm"))
    #expect(throws: PromptError.modelHasNoVision) {
      try PromptLayout(Prompt(tokens: [1], visuals: [clip()]), configuration: text)
    }
    // Without a tower the placeholder is a token like any other.
    let layout = try PromptLayout(Prompt(tokens: [video]), configuration: text)
    #expect(layout.elements == [.text(0..<1)])
  }
}
