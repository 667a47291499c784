import Testing

@testable import RecipeLanguage

/// Judges and generators that see the items' videos and pictures.
@Suite struct SeenMediaTests {
  private static let data = """
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400}
      questions: {kind: records, path: mine.json}
      held_out: {kind: clipworld, split: test, clips: 100}
    """

  private func judged(_ api: String, _ settings: String, data: String = data) -> [Diagnostic] {
    findings(
      """
      judges:
        sufficiency:
          api: \(api)
          sees: [item.problem, item.media, segment.observation]
      \(settings.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
      secrets: {judge_key: {env: KEY}}
      \(data)
      """)
  }

  private static let asked = """
    model: judge-20250219
    auth: secrets.judge_key
    prompt: "{item.media} {item.problem} {segment.observation | fence}"
    verdict: {tag: judgement, labels: {"Yes": 1, "No": 0}}
    """

  @Test func dataWithoutMediaAreNamedForEveryJudgeThatIsToSeeThem() {
    let found = judged("anthropic", Self.asked).filter { $0.code == .mediaNotThere }
    #expect(found.map(\.path) == ["judges.sufficiency.sees"])
    #expect(found.first?.severity == .error)
    #expect(
      found.first?.message
        == "`sufficiency` is to see `item.media`, but `questions` has no videos or pictures")
    #expect(found.first?.secondary.map(\.text) == ["text alone"])
    let media = Self.data.replacing("mine.json", with: "mine.json, media: clips")
    #expect(!judged("anthropic", Self.asked, data: media).contains { $0.code == .mediaNotThere })
  }

  @Test func aRuleLooksAtNoPictures() {
    let found = judged("oracle", "error_rate: 0%", data: "").filter { $0.code == .mediaNotThere }
    #expect(found.map(\.severity) == [.warning])
    #expect(found.first?.message.contains("looks at no pictures") == true)
  }

  @Test func mediaAreNoColumnOfTheData() {
    let columns = ["problem", "options", "answer", "problem_type"]
    let facts = StatedFacts(
      columns: [
        "questions": Dictionary(uniqueKeysWithValues: columns.map { ($0, ColumnFacts(.text)) })
      ])
    let found = findings(
      "missing-column",
      """
      judges:
        sufficiency:
          api: anthropic
          sees: [item.problem, item.media, segment.observation]
      \(Self.asked.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
      secrets: {judge_key: {env: KEY}}
      """, facts: facts)
    #expect(found.isEmpty, "\(found.map(\.message))")
  }

  private func written(
    prompt: String, video: String = "", data: String = Self.data, blind: Set<String> = []
  ) -> [Diagnostic] {
    findings(
      """
      generators:
        writer: {api: local, model: models/writer, prompt: "\(prompt)"}
      \(data)
      stages:
        curated:
          algorithm: pipeline
          data: questions\(video)
          steps: {drafted: {do: write, by: writer}}
        warm: {algorithm: sft, data: stages.curated, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
      eval:
        held_out: {data: held_out, after: [warm], max_new_tokens: 96 tok}
      """, facts: StatedFacts(blindModels: blind))
  }

  private static let seen = data.replacing("mine.json", with: "mine.json, media: clips")

  @Test func aGeneratorsPromptIsPointedAt() throws {
    let found = written(prompt: "{item.media} {item.problem}").filter { $0.code == .mediaNotThere }
    #expect(found.map(\.path) == ["generators.writer.prompt"])
    let span = try #require(found.first?.span)
    #expect(span.bytes.count == "{item.media}".utf8.count)
    #expect(
      !written(prompt: "{item.media} {item.problem}", data: Self.seen)
        .contains { $0.code == .mediaNotThere })
    #expect(!written(prompt: "{item.problem}").contains { $0.code == .mediaNotThere })
  }

  @Test func aFolderWithoutAVisionTowerIsNamed() {
    let found = written(
      prompt: "{item.media} {item.problem}", data: Self.seen, blind: ["models/writer"]
    ).filter { $0.code == .mediaNotThere }
    #expect(found.map(\.path) == ["generators.writer.model"])
    #expect(found.first?.message.contains("`models/writer` has no vision tower") == true)
  }

  @Test func framesOfAPipelineAreForThoseWhoSeeThem() {
    let video = "\n    video: {frames: 16}"
    func idle(_ prompt: String) -> [String?] {
      written(prompt: prompt, video: video, data: Self.seen)
        .filter { $0.code == .settingWithoutEffect && $0.path?.hasSuffix("video") == true }
        .map(\.path)
    }
    #expect(idle("{item.problem}") == ["stages.curated.video"])
    #expect(idle("{item.media} {item.problem}").isEmpty)
  }

  @Test(arguments: [
    ("{item.media | fence} {item.problem}", "which no fence can hold"),
    ("{item.media {item.problem}", "is not closed"),
  ])
  func aMalformedPlaceIsNamed(prompt: String, message: String) {
    let found = written(prompt: prompt, data: Self.seen).filter { $0.code == .templateHole }
    #expect(found.count == 1 && found.first?.message.contains(message) == true)
  }

  @Test func aQuestionToThePolicyHasNoPlaceForThem() {
    let text = RecipeExample.asking("{item.media} {item.problem} {item.options}").text
    let found = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all).diagnostics
      .filter { $0.code == .templateHole }
    #expect(found.map(\.path) == ["model.prompt.user"])
    #expect(found.first?.message.contains("the policy sees it before the question") == true)
  }
}
