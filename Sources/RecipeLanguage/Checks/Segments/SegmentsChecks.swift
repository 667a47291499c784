/// Checks of segments and delimiters.
extension RecipeChecks {
  static let segments: [RecipeCheck] = [
    .overlappingDelimiters, .templateOpensSegment, .stopWithoutClose, .untaughtTag,
    .sharedBorderToken, .untracedSegment, .stopOnlyInTraining, .tooFewProcesses,
  ]
}
