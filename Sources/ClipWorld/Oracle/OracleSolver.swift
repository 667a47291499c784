/// Decides by rules whether an observation suffices for the right answer. Like the judges of the papers it gets text
/// alone: the question, the right answer and the observation. It never sees the clip or the true observation.
public enum OracleSolver {
  /// The answer that follows from the observation, or nil if none does (the observation is no well-formed list of
  /// statements, or it leaves the question open). Throws if the question is not one of ClipWorld's.
  public static func answer(
    problem: String, options: [String] = [], observation: String
  ) throws -> String? {
    try follows(problem, options) { Observation.parse(observation, film: $0) }
  }

  /// The answer that follows from captions and their times, one per line, or nil if none does.
  /// Throws if the question is not one of ClipWorld's.
  public static func answer(
    problem: String, options: [String] = [], times: String, captions: String
  ) throws -> String? {
    try follows(problem, options) {
      TimedObservation.parse(times: times, captions: captions, film: $0)
    }
  }

  private static func follows(
    _ problem: String, _ options: [String], _ facts: (Film) -> ClipFacts?
  ) throws -> String? {
    guard let question = QuestionFamilies.read(problem: problem, options: options),
      let family = QuestionFamilies.named(question.family)
    else { throw ClipWorldError.notAWorldQuestion(problem) }
    return facts(family.film).flatMap { family.solve(question, $0) }
  }

  /// Whether the right answer, and no other, follows from the observation.
  public static func suffices(
    problem: String, options: [String] = [], answer: String, observation: String
  ) throws -> Bool {
    try isRight(
      Self.answer(problem: problem, options: options, observation: observation), answer)
  }

  /// Whether the right answer, and no other, follows from captions and their times, one per line.
  public static func suffices(
    problem: String, options: [String] = [], answer: String, times: String, captions: String
  ) throws -> Bool {
    try isRight(
      Self.answer(problem: problem, options: options, times: times, captions: captions), answer)
  }

  private static func isRight(_ follows: String?, _ answer: String) -> Bool {
    follows.map { $0.split(whereSeparator: \.isWhitespace) }
      == answer.split(whereSeparator: \.isWhitespace)
  }
}
