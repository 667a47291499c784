import ClipWorld
import Rewards
import Testing

struct OracleGeneratorTests {
  private static let observed = ["observation", "think", "answer"]
  private static let timed = ["time", "caption", "think", "answer"]

  private static func parser(_ names: [String]) throws -> SegmentParser {
    try SegmentParser(
      names.map {
        SegmentSpecification(
          name: $0, process: "p", open: "<\($0)>", close: "</\($0)>",
          repeats: names == timed && $0 != "answer")
      })
  }

  private static func parsed(_ text: String, _ names: [String]) throws -> ParsedResponse {
    try parser(names).parse(
      Response(tokens: [0], pieces: [Array(text.utf8)], endToken: false, truncated: false))
  }

  private static func items(_ families: [String], _ count: Int = 60) throws -> [DataRecord] {
    try ClipWorldGenerator.records(
      ClipWorldSettings(split: .train, clips: count, seed: 3, families: families))
  }

  @Test(arguments: ["direction", "count", "duration", "key_frame", "description", "sign"])
  func withoutErrorsTheAnswerFollowsFromWhatItObserved(family: String) async throws {
    let generator = OracleGenerator()
    for item in try Self.items([family], 20) {
      let response = try Self.parsed(
        try await generator.trace(TraceRequest(item: item)), Self.observed)
      #expect(response.segments.allSatisfy { $0.isFound })
      #expect(response.segment("answer")?.trimmed == item.answer)
      let observation = try #require(response.segment("observation")?.trimmed)
      #expect(
        try OracleSolver.suffices(
          problem: item.problem, options: item.options, answer: item.answer,
          observation: observation))
    }
  }

  @Test func itErrsAsOftenAsItIsTold() async throws {
    var generator = OracleGenerator()
    generator.wrongAnswers = 0.3
    generator.brokenFormats = 0.2
    var (wrong, broken) = (0, 0)
    let items = try Self.items(["direction", "duration"], 400)
    for item in items {
      let response = try Self.parsed(
        try await generator.trace(TraceRequest(item: item)), Self.observed)
      guard let answer = response.segment("answer"), answer.isFound else {
        broken += 1
        continue
      }
      if answer.trimmed != item.answer { wrong += 1 }
    }
    // Four standard deviations of a binomial.
    #expect(abs(Double(broken) / 400 - 0.2) < 0.08)
    #expect(abs(Double(wrong) / Double(400 - broken) - 0.3) < 0.1)
  }

  @Test func captionsErrAsOftenAsTheyAreTold() async throws {
    var generator = OracleGenerator()
    generator.work = .captions
    generator.wrongObservations = 0.3
    var exact = OracleGenerator()
    exact.work = .captions
    var wrong = 0
    for item in try Self.items(["grounding"], 800) {
      let request = TraceRequest(item: item)
      if try await generator.trace(request) != exact.trace(request) { wrong += 1 }
    }
    #expect(abs(Double(wrong) / 800 - 0.3) < 0.07)
  }

  /// Data of somebody else's making can hold what no clip of ours does.
  @Test func aClipOfEveryColourCanBeStatedWrong() async throws {
    var generator = OracleGenerator()
    generator.wrongObservations = 1
    var item = try Self.items(["description"], 1)[0]
    item.extra["true_observation"] = .string(
      Colour.allCases.enumerated().map { "\($1) ring from \($0) to \($0 + 2) moves up ;" }
        .joined(separator: " "))
    var observed: Set<String> = []
    for attempt in 1...40 {
      observed.insert(
        try await generator.trace(TraceRequest(item: item, attempt: attempt)))
    }
    #expect(observed.count > 10)
  }

  @Test func anotherAttemptIsAnotherDraw() async throws {
    var generator = OracleGenerator()
    generator.wrongObservations = 0.5
    var different = 0
    for item in try Self.items(["direction"], 40) {
      let first = try await generator.trace(TraceRequest(item: item))
      #expect(try await generator.trace(TraceRequest(item: item)) == first)
      if try await generator.trace(TraceRequest(item: item, attempt: 2)) != first { different += 1 }
    }
    #expect(different > 10)
  }

  @Test func aTraceGoesOnFromItsCaptions() async throws {
    var captioner = OracleGenerator()
    captioner.work = .captions
    for item in try Self.items(["grounding"], 20) {
      let captions = try await captioner.trace(TraceRequest(item: item))
      let draft = try Self.parsed(captions, Self.timed)
      #expect(draft.segment("caption")?.isFound == true)
      #expect(draft.segment("answer")?.isFound == false)
      let response = try Self.parsed(
        try await OracleGenerator().trace(TraceRequest(item: item, draft: draft)), Self.timed)
      #expect(response.segments.allSatisfy { $0.isFound })
      #expect(response.segment("caption")?.trimmed == draft.segment("caption")?.trimmed)
      #expect(response.segment("time")?.trimmed == draft.segment("time")?.trimmed)
      #expect(response.segment("answer")?.trimmed == item.answer)
    }
  }

  @Test func whatIsNotOfThisWorldIsAFailureWithAReason() async throws {
    var item = try Self.items(["direction"], 1)[0]
    item.problem = "who shot first ?"
    await #expect(throws: TraceFailure.self) {
      _ = try await OracleGenerator().trace(TraceRequest(item: item))
    }
    let grounding = try Self.items(["grounding"], 1)[0]
    let draft = try Self.parsed(
      "<time>00:01-00:02</time> <caption> something happens </caption>", Self.timed)
    await #expect(throws: TraceFailure("the captions are not in the words of this world")) {
      _ = try await OracleGenerator().trace(TraceRequest(item: grounding, draft: draft))
    }
  }
}
