import RecipeLanguage

/// What is found in the base of the examples with these sections in place of its own.
func findings(
  _ sections: String, facts: StatedFacts = StatedFacts()
) -> [Diagnostic] {
  RecipeChecker.check(
    text: RecipeExample.sections(sections).text, vocabulary: TestVocabulary.all,
    options: CheckOptions { _ in facts }
  ).diagnostics
}

/// The findings of one code.
func findings(
  _ slug: String, _ sections: String, facts: StatedFacts = StatedFacts()
) -> [Diagnostic] {
  findings(sections, facts: facts).filter { $0.code.slug == slug }
}

/// The text of a recipe after the first fix of a finding.
func mended(_ sections: String, by diagnostic: Diagnostic) -> String? {
  guard let fix = diagnostic.fixes.first else { return nil }
  var bytes = Array(RecipeExample.sections(sections).text.utf8)
  for edit in fix.edits.sorted(by: { $0.span.bytes.lowerBound > $1.span.bytes.lowerBound }) {
    bytes.replaceSubrange(edit.span.bytes, with: edit.replacement.utf8)
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// A policy stage after a supervised one.
func stages(
  algorithm: String = "process_aware_grpo", initial: String? = "warm", maximum: Int = 96,
  further: [String] = []
) -> String {
  """
  stages:
    warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
    rl:
      algorithm: \(algorithm)\(initial.map { "\n    init: \($0)" } ?? "")
      data: questions
      steps: 100
      prompts_per_step: 8
      group_size: 8
      sampling: {temperature: 1.0, max_new_tokens: \(maximum) tok}
      kl: {coefficient: 0.04, reference: warm}
      learning_rate: schedules.rate\(further.map { "\n    \($0)" }.joined())
  """
}
