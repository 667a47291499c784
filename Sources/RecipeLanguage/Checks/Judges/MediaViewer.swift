/// A judge or a generator that is to see the items' videos and pictures.
struct MediaViewer {
  let record: Record
  let kind: KindSchema
  /// Where it says so: in its `sees`, or in its prompt.
  let span: SourceSpan
  /// The path of that.
  let path: String
  /// The data whose items it sees, each once.
  let data: [String]
}

extension CheckInput {
  /// Everybody who is to see media, in the order of the recipe.
  var mediaViewers: [MediaViewer] {
    let judges = judges.filter { $0.sees.contains(Template.media) }.map { judge in
      MediaViewer(
        record: judge.record, kind: judge.kind, span: judge.span(ofSeen: Template.media),
        path: "\(judge.record.path).sees", data: data(judgedBy: judge.name))
    }
    let generators = kinds.compactMap { kind, record -> MediaViewer? in
      guard record.path == "generators.\(record.name)",
        let hole = record.optionalTemplate("prompt")?.holes.first(where: {
          $0.source == Template.media
        })
      else { return nil }
      return MediaViewer(
        record: record, kind: kind, span: hole.span, path: "\(record.path).prompt",
        data: data(writtenBy: record.name))
    }
    return judges + generators
  }

  /// Whether a pipeline's generators or judges see media.
  func seesMedia(_ pipeline: RecipeOutline.Stage) -> Bool {
    let viewers = mediaViewers.map(\.record.path)
    let steps = pipeline.record.optionalRecord("steps")?.records ?? []
    let judges = rewards(readBy: steps).compactMap { $0.record.optionalString("judge") }
    let asked =
      steps.compactMap { $0.optionalString("by") }.map { "generators.\($0)" }
      + judges.map { "judges.\($0)" }
    return asked.contains(where: viewers.contains)
  }

  private func data(judgedBy judge: String) -> [String] {
    let own = outline.rewards.filter { $0.record.optionalString("judge") == judge }
    let names = Set(own.map(\.name))
    var found: [String?] = outline.stages.filter { stage in
      let steps = stage.record.optionalRecord("steps")?.records ?? []
      return outline.scopes(of: stage).flatMap(\.rewards).contains { names.contains($0.name) }
        || rewards(readBy: steps).contains { names.contains($0.name) }
    }.map(\.data)
    if !own.isEmpty { found += outline.evaluations.map { $0.optionalString("data") } }
    return distinct(found)
  }

  private func data(writtenBy generator: String) -> [String] {
    distinct(
      outline.stages.filter { stage in
        let steps = stage.record.optionalRecord("steps")?.records ?? []
        return steps.contains { $0.optionalString("by") == generator }
      }.map(\.data))
  }

  /// The data sets behind what stages read, each once.
  private func distinct(_ names: [String?]) -> [String] {
    names.compactMap { $0.flatMap { source(of: $0) } }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// The data set that items come from; nil where pipelines wait for each other.
  private func source(of items: String) -> String? {
    var name = items
    var seen: Set<String> = []
    while let stage = RecipeOutline.Stage.name(ofItems: name) {
      guard seen.insert(stage).inserted, let next = outline.stage(stage)?.data else { return nil }
      name = next
    }
    return name
  }

  /// The rewards that conditions of steps read, with what those read.
  private func rewards(readBy steps: [Record]) -> [RecipeOutline.Reward] {
    var pending = steps.flatMap { $0.optionalExpression("when")?.rewardNames ?? [] }
    var seen = Set(pending)
    while let name = pending.popLast() {
      pending += (outline.reward(name)?.dependencies ?? []).filter { seen.insert($0).inserted }
    }
    return outline.rewards.filter { seen.contains($0.name) }
  }
}
