/// Writes traces from what is known of a clip, as a language model would from what it sees: the generator for
/// pipelines that make their own traces, where no model is at hand.
public enum OracleTeacher {
  /// The trace of a question whose clip holds what `observation` says; nil where no answer follows from that.
  ///
  /// - Parameter form: nil leaves it to the question's family.
  /// - Throws: `ClipWorldError.notAWorldQuestion`.
  public static func trace(
    problem: String, options: [String] = [], observation: String, form: TraceForm? = nil
  ) throws -> String? {
    guard let question = QuestionFamilies.read(problem: problem, options: options),
      let family = QuestionFamilies.named(question.family)
    else { throw ClipWorldError.notAWorldQuestion(problem) }
    guard let facts = Observation.parse(observation, film: family.film),
      let answer = family.solve(question, facts)
    else { return nil }
    return Trace(
      question, by: family, stated: facts, told: family.evidence(question, facts), believed: facts,
      conclusion: answer, answer: answer, form: form ?? family.traceForm
    ).text
  }
}
