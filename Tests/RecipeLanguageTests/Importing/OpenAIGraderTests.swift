import Testing

@testable import RecipeLanguage

/// Graders of OpenAI's reinforcement fine-tuning as judges and rewards.
struct OpenAIGraderTests {
  private static let vocabulary = Vocabulary(rewards: [
    KindSchema(
      "similarity", summary: "likeness",
      fields: [.required("metric", .choice(["rouge_l", "fuzzy_match"]), "which")])
  ])

  private func convert(_ json: String) -> OpenAIGrader.Import {
    OpenAIGrader.convert(
      SourceFile(path: "grader.json", text: json), vocabulary: Self.vocabulary)
  }

  private func recipe(_ json: String) throws -> String {
    let result = convert(json)
    return try #require(result.recipe, "\(result.diagnostics)")
  }

  private static let check = """
    {"type": "string_check", "name": "right", "input": "{{sample.output_text}}",
     "reference": "{{ item.answer }}", "operation": "eq"}
    """

  @Test func aStringCheckIsATextMatch() throws {
    let text = try recipe(Self.check)
    #expect(text.contains("  right:\n    kind: text_match\n    of: [answer]\n"))
    #expect(text.contains("    operation: equals\n    reference: \"{item.answer}\"\n"))
  }

  @Test(arguments: [
    ("ne", "differs"), ("neq", "differs"), ("like", "contains"),
    ("ilike", "contains_ignoring_case"),
  ])
  func everyOperationHasAWord(_ operation: String, _ word: String) throws {
    let json = Self.check.replacing("\"eq\"", with: "\"\(operation)\"")
    #expect(try recipe(json).contains("operation: \(word)\n"))
  }

  @Test func aTextSimilarityKeepsItsMetric() throws {
    let json = """
      {"type": "text_similarity", "name": "like it", "input": "{{sample.output_text}}",
       "reference": "{{item.summary}}", "evaluation_metric": "rouge_l"}
      """
    #expect(
      try recipe(json).contains(
        "  like_it:\n    kind: similarity\n    of: [answer]\n    metric: rouge_l\n"))
    let result = convert(json.replacing("rouge_l", with: "cosine"))
    #expect(result.recipe == nil)
    #expect(result.diagnostics.map(\.code) == [.unsupportedGrader])
    #expect(result.diagnostics[0].span.start == SourcePosition(line: 2, column: 56))
  }

  @Test func aScoreModelIsAJudgeThatSeesWhatItsMessagesShow() throws {
    let text = try recipe(
      """
      {"type": "score_model", "name": "taste", "model": "some-model-2026-01-01",
       "input": [{"role": "system", "content": "Be strict. \\ud83c\\udfac"},
                 {"role": "user", "content": "{{item.problem}}\\n{{sample.output_text}}"}],
       "range": [0, 10], "sampling_params": {"temperature": 0.5, "seed": 7, "top_p": 1}}
      """)
    #expect(text.contains("sees: [item.problem, segment.answer]"))
    #expect(text.contains("      {item.problem}\n      {segment.answer | fence}\n"))
    #expect(text.contains("Be strict. \u{1F3AC}"))
    #expect(text.contains("verdict: {tag: result, range: [0.0, 10.0]}"))
    #expect(text.contains("sampling: {temperature: 0.5, seed: 7}"))
    #expect(text.contains("kind: judge\n    judge: taste\n"))
  }

  @Test func aLabelModelScoresItsPassingLabels() throws {
    let json = """
      {"type": "label_model", "name": "tone", "model": "m-2026-01-01",
       "input": [{"role": "user", "content": "{{item.answer}} {{sample.output_text}}"}],
       "labels": ["good", "bad"], "passing_labels": ["good"]}
      """
    let text = try recipe(json)
    #expect(text.contains("verdict: {tag: label, labels: {\"good\": 1, \"bad\": 0}}"))
    #expect(text.contains("uses_reference: true"))
    let wrong = convert(json.replacing("[\"good\"]", with: "[\"fine\"]"))
    #expect(wrong.diagnostics.first?.message.contains("`fine`") == true)
  }

  private func multi(_ formula: String, graders: String? = nil) -> String {
    let second = Self.check.replacing("right", with: "also")
    return """
      {"type": "multi", "name": "all",
       "graders": \(graders ?? "{\"a\": \(Self.check), \"b\": \(second)}"),
       "calculate_output": "\(formula)"}
      """
  }

  @Test(arguments: [
    ("0.5 * a + 0.5 * b", "0.5 * a + 0.5 * b"), ("max(a, b) - 1", "max(a, b) - 1"),
    ("a ^ 2 / b", "(a * a) / b"), ("-a ^ 2", "-(a * a)"), ("(a + b) ^ 0.5", "sqrt((a + b))"),
    ("sqrt(a) * ceil( b )", "sqrt(a) * ceil(b)"),
  ])
  func aMultiGraderIsAnExpressionOverItsParts(_ formula: String, _ expression: String) throws {
    let text = try recipe(multi(formula))
    #expect(text.contains("  all:\n    kind: expression\n    value: \"\(expression)\"\n"))
    #expect(text.components(separatedBy: "    weight: 0\n").count == 3)
  }

  /// The formula of the published interface's own example, which does not parse.
  @Test func aStrayParenthesisIsShown() throws {
    let result = convert(multi("0.5 * a +  0.5 * b)"))
    #expect(result.recipe == nil)
    let found = try #require(result.diagnostics.first)
    #expect(found.code == .graderFormula)
    #expect(found.message.contains("`)` closes nothing"))
    let file = SourceFile(path: "grader.json", text: multi("0.5 * a +  0.5 * b)"))
    #expect(file.bytes[found.span.bytes].elementsEqual(")".utf8))
  }

  @Test(arguments: [
    ("a + c", "`c`"), ("(a + b", "never closed"), ("a +", "ends here"), ("a b", "operator"),
    ("round(a)", "no function `round`"), ("a ^ b", "counterpart"), ("a ^ 7", "counterpart"),
    ("", "ends here"),
  ])
  func otherMistakesInAFormulaAreNamed(_ formula: String, _ message: String) throws {
    let result = convert(multi(formula))
    #expect(result.recipe == nil)
    #expect(result.diagnostics.first?.message.contains(message) == true, "\(result.diagnostics)")
  }

  @Test func gradersMayBeAList() throws {
    let text = try recipe(multi("2 * right", graders: "[\(Self.check)]"))
    #expect(text.contains("value: \"2 * right\""))
  }

  @Test func theGraderOfAFineTuningJobIsFound() throws {
    #expect(
      try recipe("{\"method\": {\"reinforcement\": {\"grader\": \(Self.check)}}}")
        == recipe(Self.check))
  }

  @Test(arguments: [
    (#"{"type": "python", "name": "p", "source": "def grade(sample, item): return 1"}"#, "python"),
    (#"{"type": "regex", "name": "p"}"#, "no grader type `regex`"),
    (#"{"name": "p"}"#, "needs `type`"), ("[]", "a grader is an object"), ("{", "not YAML"),
    (
      #"{"type": "string_check", "name": "s", "input": "{{sample.output_json.x}}", "reference": "a", "operation": "eq"}"#,
      "`sample.output_json.x`"
    ),
    (
      #"{"type": "string_check", "name": "s", "input": "so: {{sample.output_text}}", "reference": "a", "operation": "eq"}"#,
      "not a text around it"
    ),
    (#"{"type": "score_model", "name": "s", "model": "m"}"#, "`input`"),
    (
      #"{"type": "score_model", "name": "s", "model": "m", "input": [{"type": "input_image"}]}"#,
      "`input_image`"
    ),
  ])
  func whatHasNoCounterpartIsAnErrorWithItsPlace(_ json: String, _ message: String) {
    let result = convert(json)
    #expect(result.recipe == nil)
    #expect(
      result.diagnostics.contains { $0.message.contains(message) }, "\(result.diagnostics)")
  }

  @Test func tabsAreAllowedAsInJSON() throws {
    #expect(try recipe(Self.check.replacing("\n ", with: "\n\t")) == recipe(Self.check))
  }
}
