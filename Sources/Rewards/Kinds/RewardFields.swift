import RecipeLanguage

/// Fields that several reward kinds share.
enum RewardFields {
  /// The segments a reward reads.
  static let segments = FieldSchema.required(
    "of", .list(.reference(.segments), count: 1...64), "the segments it reads")
}
