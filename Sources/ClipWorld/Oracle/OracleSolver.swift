/// Decides by rules whether an observation suffices for the right answer. Like the judges of the papers it gets text
/// alone: the question, the right answer and the observation. It never sees the clip or the true observation.
public enum OracleSolver {
  /// The answer that follows from the observation, or nil if none does (the observation is no well-formed list of
  /// statements, or it leaves the question open). Throws if the question is not one of ClipWorld's.
  public static func answer(
    problem: String, options: [String] = [], observation: String
  ) throws -> String? {
    guard let question = QuestionFamilies.read(problem: problem, options: options),
      let family = QuestionFamilies.named(question.family)
    else { throw ClipWorldError.notAWorldQuestion(problem) }
    return Observation.parse(observation).flatMap { family.solve(question, $0) }
  }

  /// Whether the right answer, and no other, follows from the observation.
  public static func suffices(
    problem: String, options: [String] = [], answer: String, observation: String
  ) throws -> Bool {
    let follows = try Self.answer(problem: problem, options: options, observation: observation)
    return follows.map { $0.split(whereSeparator: \.isWhitespace) }
      == answer.split(whereSeparator: \.isWhitespace)
  }
}
