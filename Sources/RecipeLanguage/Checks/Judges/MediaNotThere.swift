extension DiagnosticCode {
  static let mediaNotThere = DiagnosticCode(
    5814, "media-not-there",
    "A judge or a generator is to see media that are not there, or that it cannot see.",
    Explanation(
      why: """
        `item.media` stands for the item's video or picture. Where the data have none, whoever is asked \
        answers without and the recipe says the opposite. A model of text alone, and a rule, see no \
        pictures either.
        """,
      example: judged(data: "path: mine.json"),
      nearMiss: judged(data: "path: mine.json, media: clips")))

  private static func judged(data: String) -> RecipeExample {
    .judged(
      sees: "[item.problem, item.answer, item.media, segment.observation]",
      prompt:
        "{item.media} {item.problem} Does {item.answer} follow from {segment.observation | fence}?",
      sections: """
        data:
          traces: {kind: clipworld, split: cold_start, clips: 400}
          questions: {kind: records, \(data)}
          held_out: {kind: clipworld, split: test, clips: 100}
        """)
  }
}

extension RecipeCheck {
  static let mediaNotThere = RecipeCheck(
    .mediaNotThere, reads: ["data", "eval", "generators", "judges", "rewards", "stages"]
  ) { input in
    input.mediaViewers.flatMap { viewer -> [Diagnostic] in
      let name = viewer.record.name
      guard viewer.kind.traits.contains(.remote) else {
        return [
          Diagnostic(
            .mediaNotThere, severity: .warning,
            "`\(name)` is a rule of kind `\(viewer.kind.name)`, which looks at no pictures",
            at: viewer.span, help: "remove `\(Template.media)`", path: viewer.path)
        ]
      }
      return input.blindModel(viewer) + input.dataWithoutMedia(viewer)
    }
  }
}

extension CheckInput {
  fileprivate func dataWithoutMedia(_ viewer: MediaViewer) -> [Diagnostic] {
    outline.data.filter { viewer.data.contains($0.name) && !hasMedia($0) }.map { data in
      Diagnostic(
        .mediaNotThere,
        "`\(viewer.record.name)` is to see `\(Template.media)`, but `\(data.name)` has no videos or "
          + "pictures",
        at: viewer.span, secondary: [.init(span: data.span, text: "text alone")],
        help: "say under `media` of `\(data.name)` where they are, or remove `\(Template.media)`",
        path: viewer.path)
    }
  }

  /// A model that this program runs and that has no vision tower.
  fileprivate func blindModel(_ viewer: MediaViewer) -> [Diagnostic] {
    guard case .file(let written, let folder)? = viewer.record.optionalPath("model"),
      facts.ask(for: .mediaNotThere, { $0.readsMedia(model: folder, named: written) }) == false
    else { return [] }
    return [
      Diagnostic(
        .mediaNotThere, confidence: .facts,
        "`\(viewer.record.name)` is to see `\(Template.media)`, but the model in `\(written)` has no "
          + "vision tower",
        at: viewer.record.span(of: "model"),
        secondary: [.init(span: viewer.span, text: "shows it")],
        help: "name a folder with Qwen2.5-VL, or remove `\(Template.media)`",
        path: "\(viewer.record.path).model")
    ]
  }
}
