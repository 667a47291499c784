/// How an answer is compared with the truth.
public enum AccuracyMeasure: String, CaseIterable, Sendable {
  /// 1 when both name the option in the same words. The truth must be one of the record's options.
  case multipleChoice = "multiple_choice"
  /// 1 when both texts are equal.
  case exact
  /// 1 when both numbers round to the same two decimals.
  case numerical
  /// 1 when two numbers are no further apart than a tolerance.
  case near
  /// 1 minus the relative error.
  case regression
  /// VSI-Bench's mean relative accuracy.
  case meanRelativeAccuracy = "mean_relative_accuracy"
  /// 1 minus the word error rate.
  case ocr
  /// Mean F1 of ROUGE-1, ROUGE-2 and ROUGE-L over stemmed words.
  case freeForm = "free_form"
  /// Intersection over union of two time spans.
  case temporalGrounding = "temporal_grounding"

  /// The measure of each problem type that data sets name.
  static let byProblemType: [(type: String, measure: AccuracyMeasure)] = [
    ("multiple choice", .multipleChoice), ("numerical", .numerical), ("regression", .regression),
    ("OCR", .ocr), ("free-form", .freeForm), ("temporal grounding", .temporalGrounding),
    ("exact", .exact), ("near", .near),
  ]
}
