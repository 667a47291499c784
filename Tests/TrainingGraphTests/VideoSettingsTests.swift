import RecipeLanguage
import Rewards
import Testing

@testable import TrainingGraph

/// How recipes say which frames are looked at, and by whom.
@Suite struct VideoSettingsTests {
  private func video(_ id: NodeID, _ replacements: [(String, String)]) throws
    -> VideoSpecification
  {
    let graph = try SampleRecipe.graph(replacements)
    guard case .dataset(let dataset)? = graph[id]?.operation, let video = dataset.video else {
      Issue.record("no data \(id) among \(graph.nodes.map(\.id))")
      return VideoSpecification(
        frames: 0, minimumPixels: 0, maximumPixels: 0, mean: [], standardDeviation: [])
    }
    return video
  }

  private let uniform = "video: {sampler: uniform, frames: 8}"

  @Test func samplersAreChosenByName() throws {
    #expect(try video("data/traces", []).sampling == .uniform)
    let adaptive = try video(
      "data/traces", [(uniform, "video: {sampler: adaptive, frames: 16, max_pixels: 3136}")])
    #expect(
      adaptive.sampling == .adaptive && adaptive.frames == 16 && adaptive.maximumPixels == 3136)
    let rate = try video("data/traces", [(uniform, "video: {sampler: fps, frames: 16}")])
    #expect(rate.sampling == .rate(framesPerSecond: 2, minimum: 4) && rate.frames == 16)
    let slow = try video(
      "data/traces", [(uniform, "video: {sampler: fps, rate: 0.5, min_frames: 2, frames: 6}")])
    #expect(slow.sampling == .rate(framesPerSecond: 0.5, minimum: 2))
  }

  @Test func anEvaluationSeesMoreFramesThanTraining() throws {
    let graph = try SampleRecipe.graph([
      (
        "held_out: {data: questions, after: [cold, rl], max_new_tokens: 30 tok}",
        "held_out: {data: questions, after: [cold, rl], max_new_tokens: 30 tok, video: {frames: 16, max_pixels: 200704}}"
      )
    ])
    let seen: NodeID = "data/questions/16-frames-3136-200704-px"
    #expect(graph["held_out/rl/rollout"]?.inputs.contains(seen) == true)
    #expect(graph["held_out/cold/rollout"]?.inputs.contains(seen) == true)
    #expect(graph["rl/rollout"]?.inputs.contains("data/questions") == true)
    guard case .dataset(let dataset)? = graph[seen]?.operation else {
      Issue.record("no \(seen)")
      return
    }
    #expect(dataset.name == "questions" && dataset.video?.frames == 16)
    let digests = graph.digests()
    #expect(digests[seen] != digests["data/questions"])
    try graph.verify()
  }

  @Test func aStageThatSaysWhatHoldsAnywaySharesTheData() throws {
    let same = try SampleRecipe.graph([
      ("    data: questions\n", "    data: questions\n    video: {frames: 8}\n")
    ])
    #expect(same.nodes.map(\.id) == (try SampleRecipe.graph()).nodes.map(\.id))
    #expect(same["rl/rollout"]?.inputs.contains("data/questions") == true)
    let other = try SampleRecipe.graph([
      ("    data: questions\n", "    data: questions\n    video: {frames: 4}\n")
    ])
    #expect(
      other["rl/rollout"]?.inputs.contains("data/questions/4-frames-3136-602112-px") == true)
    #expect(other["held_out/rl/rollout"]?.inputs.contains("data/questions") == true)
  }

  @Test(arguments: [
    (
      "video: {sampler: uniform, frames: 8}", "video: {sampler: adaptive, frames: 7}", 5751,
      "video.frames"
    ),
    (
      "    data: questions\n", "    data: questions\n    video: {frames: 5}\n", 5751,
      "stages.rl.video.frames"
    ),
    (
      "video: {sampler: uniform, frames: 8}", "video: {sampler: fps, frames: 4, min_frames: 6}",
      5753, "video.min_frames"
    ),
    (
      "    data: questions\n", "    data: questions\n    video: {max_pixels: 1568}\n", 5753,
      "stages.rl.video.max_pixels"
    ),
  ])
  func countsThatCannotBeAreNamedWhereTheyStand(
    old: String, new: String, code: Int, path: String
  ) {
    let found = SampleRecipe.check([(old, new)]).diagnostics.filter { $0.severity == .error }
    #expect(found.map(\.code.number) == [code])
    #expect(found.compactMap(\.path) == [path])
  }

  @Test func boundsAreTheLargestThatAnybodySees() throws {
    let root = try #require(
      SampleRecipe.check([
        ("    data: questions\n", "    data: questions\n    video: {frames: 4}\n"),
        (
          "held_out: {data: questions, after: [cold, rl], max_new_tokens: 30 tok}",
          "held_out: {data: questions, after: [cold, rl], max_new_tokens: 30 tok, video: {frames: 32, max_pixels: 6272}}"
        ),
      ]).recipe
    ).root
    let questions = VideoBounds(ofData: "questions", root)
    #expect(questions.frames == 32 && questions.maximumPixels == 602_112)
    #expect(VideoBounds(ofData: "traces", root).frames == 8)
  }
}
