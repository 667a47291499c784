/// Checks of length windows.
extension RecipeChecks {
  static let lengths: [RecipeCheck] = [
    .windowUnreachable, .windowNeverBinds, .minimaDoNotFit, .windowInPenaltyBand, .ungatedLength,
    .windowMissesTraces, .lengthOfOtherProcess, .truncationUnset, .contextTooShort,
  ]
}
