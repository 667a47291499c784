import Foundation
import Rewards
import VideoInput

/// One clip with its question and trace, before anything is written.
struct ClipWorldItem: Sendable {
  let scene: Scene
  let record: DataRecord
  /// Continues the clip's random numbers, for the renderer.
  private let random: ClipRandom

  /// The clip at a place of a world. A function of its arguments alone.
  init(index: Int, settings: ClipWorldSettings) throws {
    let name = settings.families[index % settings.families.count]
    guard let family = QuestionFamilies.named(name) else {
      throw ClipWorldError.setting(name: "families", message: "'\(name)' is unknown")
    }
    let id = "clipworld-\(settings.split.rawValue)-\(settings.seed)-\(index)"
    var random = ClipRandom(key: id)
    let drawn = Self.draw(family, settings: settings, random: &random)
    let trace = TraceWriter(settings: settings).write(
      drawn.question, by: family, facts: drawn.scene.facts, answer: drawn.answer, random: &random)
    scene = drawn.scene
    self.random = random
    record = Self.makeRecord(
      id: id, index: index, settings: settings, family: family, drawn: drawn, trace: trace)
  }

  /// The frames of the clip.
  func frames() -> [Frame] {
    var random = random
    return SceneRenderer.frames(of: scene, random: &random)
  }

  /// Renders the clip into a file.
  func write(to url: URL) throws {
    let frames = frames()
    if scene.film.isStill, let picture = frames.first {
      try picture.pngData().write(to: url)
    } else {
      try VideoWriter(framesPerSecond: scene.film.framesPerSecond).write(frames, to: url)
    }
  }

  private struct Drawn {
    var scene: Scene
    var question: Question
    var answer: String
  }

  /// Draws until the scene belongs to the split and suits the question. What the answer's balance rests on (the plan)
  /// is drawn once and kept.
  private static func draw(
    _ family: any QuestionFamily, settings: ClipWorldSettings, random: inout ClipRandom
  ) -> Drawn {
    let plan = family.plan(random: &random)
    while true {
      let scene = Scene.make(plan, distractors: settings.distractors, random: &random)
      guard scene.split == settings.split,
        let question = family.ask(about: scene, random: &random),
        let answer = family.solve(question, scene.facts)
      else { continue }
      return Drawn(scene: scene, question: question, answer: answer)
    }
  }

  private static func makeRecord(
    id: String, index: Int, settings: ClipWorldSettings, family: any QuestionFamily, drawn: Drawn,
    trace: Trace
  ) -> DataRecord {
    let question = drawn.question
    let facts = drawn.scene.facts
    var asked: [String: JSONValue] = ["family": .string(family.name)]
    if !question.subject.isEmpty { asked["subject"] = .string(question.subject) }
    if let second = question.second { asked["second"] = .string("\(second)") }
    if !question.direction.isEmpty { asked["direction"] = .string(question.direction) }
    if let list = question.list { asked["list"] = .string("\(list)") }
    var extra: [String: JSONValue] = [
      "objects": .string("\(facts.objects.count)"),
      "true_observation": .string(Observation.text(facts)),
      "trace_answer": .string(trace.answer),
      "question": .object(asked),
      "scene": .string(Fingerprint.hexadecimal(drawn.scene.fingerprint)),
    ]
    if let fact = family.outsideFact(question, facts) { extra["outside_fact"] = .string(fact) }
    return DataRecord(
      problemID: id, problem: question.problem, options: question.options, answer: drawn.answer,
      path: clipPath(index, family.film), dataType: family.film.isStill ? "image" : "video",
      problemType: family.problemType,
      dataSource: "clipworld/\(settings.split.rawValue)", observation: trace.observation,
      process: trace.process, output: trace.text, family: family.name,
      spans: family.evidence(question, facts).spans, extra: extra)
  }

  /// Where the clips of a world lie in its folder.
  static func clipPaths(_ settings: ClipWorldSettings) -> [String] {
    (0..<settings.clips).map { index in
      let name = settings.families[index % settings.families.count]
      return clipPath(index, QuestionFamilies.named(name)?.film ?? .usual)
    }
  }

  private static func clipPath(_ index: Int, _ film: Film) -> String {
    let digits = String(index)
    return "clips/" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
      + (film.isStill ? ".png" : ".mp4")
  }
}

extension Scene {
  /// The one split that this scene may appear in.
  var split: ClipWorldSettings.Split {
    let splits = ClipWorldSettings.Split.allCases
    return splits[Int(fingerprint % UInt64(splits.count))]
  }
}

extension ClipFacts {
  /// When everything is visible, in seconds.
  fileprivate var spans: [DataRecord.Span] {
    let all =
      objects.map { ("\($0.colour) \($0.shape)", $0.span) }
      + flashes.map { ("\($0.colour) flash", $0.span) } + signs.map { ("sign", $0.span) }
    return all.map { label, span in
      .init(label: label, start: Double(span.start), end: Double(span.end))
    }
  }
}
