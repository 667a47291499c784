/// Checks of segments and delimiters.
extension RecipeChecks {
  static let segments: [RecipeCheck] = [
    .overlappingDelimiters, .templateOpensSegment, .untaughtTag, .sharedBorderToken,
    .untracedSegment, .tooFewProcesses,
  ]
}
