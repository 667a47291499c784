import Foundation
import Rewards
import TestSupport
import Testing
import VideoInput

@testable import ClipWorld

/// The families that each stand for a failure of the methods.
@Suite struct FamilyTests {
  private static let families = ["grounding", "key_frame", "description", "knowledge", "sign"]

  private func records(
    _ family: String, _ clips: Int, split: ClipWorldSettings.Split = .train,
    change: (inout ClipWorldSettings) -> Void = { _ in }
  ) throws -> [DataRecord] {
    var settings = ClipWorldSettings(split: split, clips: clips, seed: 1, families: [family])
    change(&settings)
    return try ClipWorldGenerator.records(settings)
  }

  private func items(_ family: String, _ clips: Int) throws -> [ClipWorldItem] {
    let settings = ClipWorldSettings(split: .test, clips: clips, seed: 2, families: [family])
    return try (0..<clips).map { try ClipWorldItem(index: $0, settings: settings) }
  }

  private func share<Value>(_ values: [Value], where condition: (Value) -> Bool) -> Double {
    Double(values.count(where: condition)) / Double(values.count)
  }

  @Test(arguments: families) func theTrueObservationSuffices(family: String) throws {
    for split in ClipWorldSettings.Split.allCases {
      for record in try records(family, 150, split: split) {
        let truth = try #require(record.extra["true_observation"]?.stringValue)
        #expect(truth == record.observation && record.family == family)
        #expect(
          try OracleSolver.suffices(
            problem: record.problem, options: record.options, answer: record.answer,
            observation: truth), "\(record.problem) \(truth)")
        #expect(record.options.isEmpty || record.options.contains(record.answer))
        #expect(
          TaskAccuracy.score(
            problemType: record.problemType, predicted: record.answer, truth: record.answer
          ).value == 1)
      }
    }
  }

  /// There must be room between a guess and an answer for the rows of an ablation to differ.
  @Test(arguments: [
    ("grounding", 0.34), ("key_frame", 0.31), ("description", 0.31), ("knowledge", 0.18),
    ("sign", 0.20),
  ])
  func guessingGainsLittle(family: String, most: Double) throws {
    let worth = try #require(ClipWorldBaselines.blind(try records(family, 800))[family])
    #expect(worth <= most, "\(worth)")
    #expect(worth > 0.05, "\(worth)")
  }

  @Test(arguments: families) func aFlawedTeacherIsUnderstoodToo(family: String) throws {
    let records = try records(family, 1500, split: .coldStart) {
      $0.teacher = .biased
      $0.wrongObservations = 0.2
      $0.wrongAnswers = 0.1
    }
    let wrong = share(records) { $0.extra["trace_answer"]?.stringValue != $0.answer }
    #expect(wrong > 0.05)
    let observed = share(records) { $0.observation != $0.extra["true_observation"]?.stringValue }
    #expect(observed > 0.15)
  }

  @Test func groundingTracesHaveVideoThinkersForm() throws {
    for record in try records("grounding", 300) {
      #expect(record.answer.wholeMatch(of: /00:0[0-8]-00:0[0-8]/) != nil)
      let block =
        /<time>([0-9:-]+)<\/time>\n<caption> (.*) <\/caption>\n<think> (.*) <\/think>\n/
      let blocks = record.output.matches(of: block)
      // The red one comes twice, and both visits are looked at.
      #expect(blocks.count == 2 && record.spans.count == 2)
      #expect(
        record.output.hasSuffix(
          "</think>\n<answer> \(record.answer) </answer>"))
      #expect(
        record.output.replacing(block, with: "") == "<answer> \(record.answer) </answer>")
      #expect(blocks.contains { $0.1 == record.answer })
      #expect(
        try OracleSolver.suffices(
          problem: record.problem, answer: record.answer,
          times: blocks.map { String($0.1) }.joined(separator: "\n"),
          captions: blocks.map { String($0.2) }.joined(separator: "\n")))
      let thought = try #require(blocks.last).3
      #expect(Mismatch.thinkVersusAnswer(think: String(thought), answer: record.answer) == false)
      #expect(
        record.spans.contains {
          Clock.text(VisibleSpan(Int($0.start), Int($0.end))) == record.answer
        })
    }
  }

  @Test func everyFamilyCanBeTracedInEveryForm() throws {
    for family in ClipWorldSettings.knownFamilies {
      let timed = try records(family, 40) { $0.traceForm = .timed }
      let observed = try records(family, 40) { $0.traceForm = .observed }
      let thought = try records(family, 40) { $0.traceForm = .thought }
      for (thought, observed) in zip(thought, observed) {
        #expect(
          thought.output
            == observed.output.replacing(" </observation>\n<think> ", with: " ")
            .replacing("<observation>", with: "<think>"))
        #expect(thought.output.hasPrefix(thought.process))
        #expect(thought.observation == observed.observation)
        #expect(thought.extra["scene"] == observed.extra["scene"])
      }
      for (timed, observed) in zip(timed, observed) {
        #expect(timed.output.hasPrefix("<time>00:0"))
        #expect(observed.output.hasPrefix("<observation> \(observed.observation) </observation>"))
        #expect(timed.extra["scene"] == observed.extra["scene"])
        #expect(timed.process.hasSuffix(observed.process))
      }
    }
  }

  @Test func theTeacherWritesTheTraceOfWhatItIsTold() throws {
    for family in ClipWorldSettings.knownFamilies {
      for record in try records(family, 40) {
        func trace(_ observation: String) throws -> String? {
          try OracleTeacher.trace(
            problem: record.problem, options: record.options, observation: observation)
        }
        #expect(try trace(record.observation) == record.output)
        #expect(try trace("nothing is to be seen") == nil)
      }
    }
    #expect(throws: ClipWorldError.notAWorldQuestion("why ?")) {
      try OracleTeacher.trace(problem: "why ?", observation: "")
    }
  }

  @Test func flashesAreBriefAndOfAnyColourThatIsOffered() throws {
    let items = try items("key_frame", 1500)
    var missed = 0
    for item in items {
      let flash = try #require(item.scene.flash)
      #expect((1...2).contains(flash.frames.count))
      #expect(flash.frames.lowerBound > 0 && flash.frames.upperBound < 96)
      #expect(flash.frames.allSatisfy { $0 / 24 == flash.fact.second })
      #expect(Set(item.record.options).count == 4)
      let sampled = FrameSampler.indices(total: 96, count: 8)
      if !sampled.contains(where: flash.frames.contains) { missed += 1 }
    }
    #expect(Double(missed) / 1500 > 0.8)
    // An object's colour is right as often as any other option.
    let present = items.reduce(0) { $0 + $1.scene.objects.count }
    let right = items.count { item in
      item.scene.objects.contains { $0.fact.colour.rawValue == item.record.answer }
    }
    #expect(abs(Double(right) / Double(present) - 0.25) < 0.03)
  }

  /// What the family is for: even sampling misses what it asks about, and following the change does not.
  @Test func followingTheChangeFindsTheKeyFrame() throws {
    try withTemporaryDirectory { folder in
      var found = ["adaptive": 0, "uniform": 0]
      let items = try items("key_frame", 60)
      for item in items {
        let url = folder.appendingPathComponent("clip.mp4")
        try item.write(to: url)
        let flash = try #require(item.scene.flash).frames
        for (name, sampler) in [
          ("adaptive", FrameSampler.adaptive(count: 8)), ("uniform", .uniform(count: 8)),
        ] {
          let video = try VideoReader.frames(of: url, sampler: sampler)
          #expect(video.frames.count == 8 && video.indices.first == 0 && video.indices.last == 95)
          if video.indices.contains(where: flash.contains) { found[name, default: 0] += 1 }
        }
      }
      #expect(found["adaptive", default: 0] >= 58, "\(found)")
      #expect(found["uniform", default: 60] <= 15, "\(found)")
    }
  }

  @Test func everyObjectDecidesTheDescription() throws {
    for record in try records("description", 300) {
      let words = record.observation.split(separator: " ")
      #expect((27...45).contains(words.count))
      let right = record.answer.split(separator: "-")
      for option in record.options where option != record.answer {
        let wrong = option.split(separator: "-")
        #expect(wrong.count == right.count)
        #expect((1...2).contains(zip(wrong, right).count { $0 != $1 }))
      }
      let facts = try #require(Observation.parse(record.observation, film: .long))
      for place in facts.objects.indices {
        var fewer = facts
        fewer.objects.remove(at: place)
        #expect(
          try !OracleSolver.suffices(
            problem: record.problem, options: record.options, answer: record.answer,
            observation: Observation.text(fewer)))
      }
    }
  }

  /// Nothing about the options alone says which of them is right: each has two others at one difference and one at two.
  @Test func theOptionsOfADescriptionAreAlikeInWhatTheyShare() throws {
    for record in try records("description", 300) {
      let options = record.options.map { $0.split(separator: "-") }
      for option in options {
        let differences = options.map { other in zip(option, other).count { $0 != $1 } }
        #expect(differences.sorted() == [0, 1, 1, 2])
      }
    }
  }

  /// A right option that others were made from by single changes is known by what it shares with them.
  @Test func optionsMadeAroundTheRightOneAreFoundOut() throws {
    var records = try records("description", 400)
    for index in records.indices {
      var random = ClipRandom(key: "\(index)")
      let right = records[index].answer.split(separator: "-").map(String.init)
      let wrong = random.shuffled(Array(right.indices)).prefix(3).map { place in
        var wrong = right
        wrong[place] = right[place] == "up" ? "down" : "up"
        return wrong
      }
      records[index].options = random.shuffled([right] + wrong).map { $0.joined(separator: "-") }
    }
    #expect(ClipWorldBaselines.blindMean(records) == 1)
  }

  @Test(arguments: ["grounding", "key_frame", "sign"])
  func aTimedTraceStatesAsManyWrongFactsAsItIsTold(family: String) throws {
    let wrong = try records(family, 1500) {
      $0.traceForm = .timed
      $0.wrongObservations = 0.3
    }
    let right = try records(family, 1500) { $0.traceForm = .timed }
    func blocks(_ record: DataRecord) -> [String] {
      record.output.matches(of: /<time>(.*)<\/time>\n<caption> (.*) <\/caption>/).map {
        "\($0.1) \($0.2)"
      }
    }
    var stated = 0
    for (wrong, right) in zip(wrong, right) {
      #expect(blocks(wrong).count == blocks(right).count)
      // One fact, which can move its block to another place.
      let others = Set(blocks(wrong)).subtracting(blocks(right))
      #expect(others.count <= 1)
      stated += others.count
    }
    // Four standard deviations of a share of 1500.
    #expect(abs(Double(stated) / 1500 - 0.3) < 0.05)
  }

  @Test func pricesOfOneSplitTellNothingAboutThoseOfAnother() throws {
    var lists: [ClipWorldSettings.Split: Set<String>] = [:]
    for split in ClipWorldSettings.Split.allCases {
      for record in try records("knowledge", 300, split: split) {
        let list = try #require(record.extra["question"]?["list"]?.stringValue)
        lists[split, default: []].insert(list)
        let fact = try #require(record.extra["outside_fact"]?.stringValue)
        #expect(fact.contains(" \(record.answer) coins") && fact.contains("list \(list) "))
        #expect(!record.observation.contains("coins"))
      }
    }
    #expect(Set(lists.values.flatMap { $0 }).count == lists.values.reduce(0) { $0 + $1.count })
    for colour in Colour.allCases {
      let prices = Direction.allCases.map {
        PriceLists.price(list: 17, colour: colour, direction: $0)
      }
      #expect(Set(prices).count == 4)
    }
  }

  @Test func theTextsStandBesideTheWorldThatNeedsThem() throws {
    try withTemporaryDirectory { folder in
      let settings = ClipWorldSettings(
        split: .test, clips: 6, families: ["knowledge", "sign", "count"])
      let world = folder.appendingPathComponent("world")
      let records = try ClipWorldGenerator.generate(settings, into: world)
      let texts = world.appendingPathComponent("texts")
      let files = try FileManager.default.contentsOfDirectory(atPath: texts.path)
      #expect(files.count == PriceLists.count)
      for record in records where record.family == "knowledge" {
        let list = try #require(record.extra["question"]?["list"]?.stringValue)
        let text = try String(
          contentsOf: texts.appendingPathComponent("list-\(list).txt"), encoding: .utf8)
        let fact = try #require(record.extra["outside_fact"]?.stringValue)
        #expect(text.split(separator: "\n").contains { $0 == fact })
      }
      // Made again when somebody removed them.
      try FileManager.default.removeItem(at: texts)
      try ClipWorldGenerator.generate(settings, into: world)
      #expect(FileManager.default.fileExists(atPath: texts.path))
    }
  }

  /// Pictures beside videos, readable after encoding: lit squares of the digits are bright, the plate dark.
  @Test func signsAreLegiblePictures() throws {
    try withTemporaryDirectory { folder in
      for item in try items("sign", 40) {
        #expect(item.record.dataType == "image" && item.record.path.hasSuffix(".png"))
        let url = folder.appendingPathComponent("picture.png")
        try item.write(to: url)
        let picture = try VideoReader.frames(of: url, sampler: .uniform(count: 8))
        #expect(picture.isImage && picture.frames.count == 1)
        let sign = try #require(item.scene.sign)
        let frame = try #require(picture.frames.first)
        for dy in 0..<SceneSign.height {
          for dx in 0..<SceneSign.width {
            let level = frame.rgb[((sign.y + dy) * 56 + sign.x + dx) * 3]
            #expect((level > 128) == sign.isLit(dx, dy))
          }
        }
      }
    }
  }

  @Test func everyDigitHasAShapeOfItsOwn() {
    var random = ClipRandom(key: "digits")
    var shapes: Set<String> = []
    for digit in 0..<10 {
      var sign = SceneSign(during: VisibleSpan(0, 1), random: &random)
      sign.fact.digits = [digit, digit, digit]
      shapes.insert(
        (0..<SceneSign.height).map { y in
          (0..<SceneSign.width).map { sign.isLit($0, y) ? "#" : "." }.joined()
        }.joined(separator: "\n"))
    }
    #expect(shapes.count == 10)
  }

  @Test func columnsAreThoseOfTheRecords() throws {
    let settings = ClipWorldSettings(
      split: .test, clips: 10, families: Self.families)
    let records = try ClipWorldGenerator.records(settings)
    #expect(Set(records.map(\.dataType)) == ["image", "video"])
    #expect(ClipWorldItem.clipPaths(settings) == records.map(\.path))
  }
}
