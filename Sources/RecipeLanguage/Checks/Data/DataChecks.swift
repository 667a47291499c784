/// Checks of data.
extension RecipeChecks {
  static let data: [RecipeCheck] = [
    .evaluationInTraining, .promptOverContext, .mediaUnseen, .passagesMissing,
  ]
}
