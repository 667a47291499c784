/// Checks of judges, their prompts, and secrets.
extension RecipeChecks {
  static let judges: [RecipeCheck] = [
    .judgeWithoutCache, .judgeWithoutBudget, .unpinnedJudge, .sampledVerdicts, .emptyTextJudged,
    .failureScoredZero, .judgeSeesLaterProcess, .undeclaredReference, .unneededReference,
    .unfencedText, .unknownHole, .unshownText, .answerInQuestion, .secretOutsideAuth, .literalKey,
    .mediaNotThere,
  ]
}
