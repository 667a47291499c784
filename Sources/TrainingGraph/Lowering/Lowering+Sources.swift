import Models
import RecipeLanguage
import Rewards

extension Lowering {
  /// Appends the nodes without stage: datasets, tokenizer, first weights, judges, generators.
  mutating func sources() throws {
    try datasets()
    try model(try recipe.root.record("model"))
    try judges()
    try generators()
  }

  /// Appends every data set.
  mutating func datasets() throws {
    let video = try sharedVideo()
    let retrieval = try recipe.root.optionalRecord("retrieval").map(
      RetrievalSpecification.init(settings:))
    for data in recipe.data {
      let kind = try data.string("kind")
      let specification = DatasetSpecification(
        name: data.name, kind: kind, settings: data,
        contentDigest: kind == RecordsDataKind.schema.name
          ? RecordsDataKind.contentDigest(data) : facts?.version(ofData: data.name),
        recordCount: recordCount(of: data), video: hasMedia(data) ? video : nil,
        retrieval: retrieval)
      try append(NodeID("data", data.name), .dataset(specification), span: data.span)
    }
  }

  /// Appends every judge.
  mutating func judges() throws {
    for judge in recipe.judges {
      let word = try judge.string("on_failure")
      guard let onFailure = JudgeFailurePolicy(rawValue: word) else {
        throw LoweringError.failurePolicy(word)
      }
      let specification = JudgeSpecification(
        name: judge.name, api: try judge.string("api"), sees: try judge.strings("sees"),
        onFailure: onFailure, settings: judge, model: LocalModelSpecification(judge))
      try append(NodeID("judge", judge.name), .judge(specification), span: judge.span)
    }
  }

  /// Appends every generator.
  mutating func generators() throws {
    for generator in recipe.generators {
      let specification = GeneratorSpecification(
        name: generator.name, api: try generator.string("api"), settings: generator,
        model: LocalModelSpecification(generator))
      try append(
        NodeID("generator", generator.name), .generator(specification), span: generator.span)
    }
  }

  /// What a stage or an evaluation reads, seen with its own frame counts and pixel budgets where it has some.
  ///
  /// - Parameter name: data that are seen in place of its own.
  mutating func dataset(of record: Record, named name: String? = nil) throws -> NodeID {
    let name = try name ?? record.string("data")
    if let stage = RecipeOutline.Stage.name(ofItems: name) {
      return try view(of: NodeID(stage), record)
    }
    let id = NodeID("data", name)
    guard let own = record.optionalRecord("video"), let shared = graph[id],
      case .dataset(var dataset) = shared.operation,
      let video = dataset.video?.with(own), video != dataset.video
    else { return id }
    dataset.video = video
    let seen = NodeID(
      id.path, "\(video.frames)-frames-\(video.minimumPixels)-\(video.maximumPixels)-px")
    if graph[seen] == nil { try append(seen, .dataset(dataset), span: own.span) }
    return seen
  }

  /// What a pipeline makes, seen with own frame counts and pixel budgets where there are some; those of the
  /// pipeline are for whoever writes and judges its traces.
  private mutating func view(of pipeline: NodeID, _ record: Record) throws -> NodeID {
    let own = record.optionalRecord("video")
    let others = recipe.stages.first { $0.name == pipeline.path }?.optionalRecord("video")
    guard own != nil || others != nil, let video = try sharedVideo()?.with(own) else {
      return pipeline
    }
    let seen = NodeID(
      pipeline.path, "\(video.frames)-frames-\(video.minimumPixels)-\(video.maximumPixels)-px")
    if graph[seen] == nil {
      try append(seen, .view(video), inputs: [pipeline], span: own?.span ?? record.span)
    }
    return seen
  }

  /// How videos become frames, unless a stage or an evaluation says otherwise.
  private func sharedVideo() throws -> VideoSpecification? {
    try recipe.root.optionalRecord("video").map(SamplerKinds.specification)
  }

  private func hasMedia(_ data: Record) -> Bool {
    data.optionalString("kind") != RecordsDataKind.schema.name || data.has("media")
  }

  private func recordCount(of data: Record) -> Int? {
    if case .known(let count)? = facts?.recordCount(ofData: data.name) { count } else { nil }
  }

  private mutating func model(_ model: Record) throws {
    let prompt = try PromptSpecification(settings: model.record("prompt"))
    let delimiters = try recipe.segments.flatMap {
      [try $0.string("open"), try $0.string("close")]
    }
    switch try model.path("from") {
    case .file(_, let folder):
      try append(
        Self.tokenizer,
        .tokenizer(
          TokenizerSpecification(source: .folder(folder), addedTokens: [], prompt: prompt)),
        span: model.span(of: "from"))
      try append(
        Self.model, .model(ModelSpecification(source: .folder(folder))), inputs: [Self.tokenizer],
        span: model.span)
    case .word:
      let tokenizer = try model.record("tokenizer")
      try append(
        Self.tokenizer,
        .tokenizer(
          TokenizerSpecification(
            source: .trained(vocabularySize: try tokenizer.integer("vocabulary_size")),
            addedTokens: delimiters, prompt: prompt)),
        inputs: [NodeID("data", try tokenizer.string("train_on"))], span: tokenizer.span)
      let text = try QwenModelKind.textConfiguration(model.record("text"))
      let source: ModelSpecification.Source =
        if let vision = model.optionalRecord("vision") {
          .scratch(
            text: text,
            vision: try QwenModelKind.visionConfiguration(vision, outHiddenSize: text.hiddenSize),
            seed: seed)
        } else {
          .textScratch(text: text, seed: seed)
        }
      try append(
        Self.model, .model(ModelSpecification(source: source)), inputs: [Self.tokenizer],
        span: model.span)
    }
  }
}
