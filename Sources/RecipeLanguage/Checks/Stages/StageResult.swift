extension DiagnosticCode {
  static let stageResult = DiagnosticCode(
    5609, "stage-result", "A stage is asked for what it does not make.",
    Explanation(
      why: """
        A pipeline makes data, every other stage makes weights. `data: stages.<name>` reads what a \
        pipeline makes; `init`, `kl.reference` and `after` of an evaluation need weights.
        """,
      example: .sections(Self.stages(data: "stages.warm")),
      nearMiss: .sections(Self.stages(data: "traces"))))

  private static func stages(data: String) -> String {
    ExampleStages.text() + """

        polish:
          algorithm: process_aware_grpo
          init: rl
          data: \(data)
          steps: 100
          prompts_per_step: 8
          group_size: 8
          sampling: {temperature: 1.0, max_new_tokens: 96 tok}
          truncation: score
          kl: {coefficient: 0.04, reference: warm}
          learning_rate: 1.0e-4
      """
  }
}

extension RecipeCheck {
  static let stageResult = RecipeCheck(.stageResult, reads: ["eval", "stages"]) { input in
    let outline = input.outline
    let readers = outline.stages.map(\.record) + outline.evaluations
    return readers.flatMap { reader in
      wrongData(of: reader, outline) + wrongWeights(of: reader, outline)
    }
  }

  private static func wrongData(of reader: Record, _ outline: RecipeOutline) -> [Diagnostic] {
    guard let name = reader.optionalString("data").flatMap(RecipeOutline.Stage.name(ofItems:)),
      let stage = outline.stage(name), !stage.is(.pipeline)
    else { return [] }
    return [
      Diagnostic(
        .stageResult, "stage `\(name)` makes weights, and no data to read",
        at: reader.span(of: "data"),
        secondary: [.init(span: stage.record.span(of: "algorithm"), text: "trains a policy")],
        help: "name a data set, or a stage with `algorithm: pipeline`",
        path: "\(reader.path).data")
    ]
  }

  private static func wrongWeights(of reader: Record, _ outline: RecipeOutline) -> [Diagnostic] {
    let kl = reader.optionalRecord("kl")
    let uses: [(name: String, record: Record, key: String)] =
      (reader.optionalString("init").map { [($0, reader, "init")] } ?? [])
      + (kl?.optionalString("reference").map { [($0, kl ?? reader, "reference")] } ?? [])
      + (reader.optionalStrings("after") ?? []).map { ($0, reader, "after") }
    return uses.compactMap { use in
      guard let stage = outline.stage(use.name), stage.is(.pipeline) else { return nil }
      return Diagnostic(
        .stageResult, "stage `\(use.name)` makes data, and no weights",
        at: use.record.span(of: use.key),
        secondary: [.init(span: stage.record.span(of: "algorithm"), text: "makes data")],
        help: "read it as `data: stages.\(use.name)`, and name a stage that trains here",
        path: "\(use.record.path).\(use.key)")
    }
  }
}
