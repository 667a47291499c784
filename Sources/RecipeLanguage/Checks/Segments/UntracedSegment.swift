extension DiagnosticCode {
  static let untracedSegment = DiagnosticCode(
    5009, "untraced-segment", "The training data of the stages before hold no such segment.",
    Explanation(
      why: """
        Supervised stages teach the policy the layout of the responses they are given. If those lack \
        a segment that rewards ask for, the stage teaches to leave it out, and reinforcement starts \
        from a policy that earns nothing there.
        """,
      example: .sections(
        Self.segments,
        facts: StatedFacts(
          segments: [
            "traces": [
              "observation": LengthFacts([]), "think": LengthFacts([9, 12]),
              "answer": LengthFacts([1, 1]),
            ]
          ])),
      nearMiss: .sections(
        Self.segments,
        facts: StatedFacts(
          segments: [
            "traces": [
              "observation": LengthFacts([16, 20]), "think": LengthFacts([9, 12]),
              "answer": LengthFacts([1, 1]),
            ]
          ]))))

  private static let segments = """
    segments:
      observation: {process: perception}
      think: {process: reasoning}
      answer: {process: reasoning}
    """
}

extension RecipeCheck {
  static let untracedSegment = RecipeCheck(
    .untracedSegment, reads: ["segments", "rewards", "stages", "data"]
  ) { input in
    guard let stage = input.outline.stages.first(where: { $0.is(.policy) }) else { return [] }
    let teachers = input.outline.ancestors(of: stage).filter { $0.is(.supervised) }
    guard !teachers.isEmpty else { return [] }
    let wanted = Set(input.outline.scopes(of: stage).flatMap(\.rewards).flatMap(\.segments))
    return input.outline.segments.filter { wanted.contains($0.name) }.compactMap { segment in
      for teacher in teachers {
        guard let data = teacher.data,
          let lengths = input.facts.ask(
            for: .untracedSegment, { $0.segmentTokens(ofData: data, segment: segment.name) })
        else { return nil }
        if !lengths.sorted.isEmpty { return nil }
      }
      let names = teachers.compactMap(\.data).map { "`\($0)`" }.joined(separator: " and ")
      return Diagnostic(
        .untracedSegment, confidence: .facts,
        "no response in \(names) holds `\(segment.open)`, so `\(stage.name)` would start from a "
          + "policy that was taught to leave it out",
        at: input.place(of: segment),
        secondary: teachers.map {
          .init(span: $0.record.span(of: "data"), text: "`\($0.name)` trains on this")
        },
        help: "train on responses that hold the segment, or remove it from the rewards",
        path: segment.record.path)
    }
  }
}
