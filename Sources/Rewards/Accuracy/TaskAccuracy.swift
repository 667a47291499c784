import Foundation

/// Accuracy by problem type. Formulas and quirks are those of Video-R1's public code (`grpo.py`),
/// which VIDEOP2R names as its base; `temporal grounding` follows VideoChat-R1.
///
/// A prediction that cannot be read scores 0 and says so. A ground truth that cannot be read, or is
/// none of the record's options, is no fault of the response, so the reward abstains; so it does for
/// a problem type that it has no measure for.
public enum TaskAccuracy {
  /// How regression questions are scored.
  public enum Regression: String, CaseIterable, Sendable {
    /// 1 minus the relative error (training in Video-R1).
    case relativeError = "relative_error"
    /// VSI-Bench's mean relative accuracy (evaluation).
    case meanRelativeAccuracy = "mean_relative_accuracy"
  }

  /// The problem types that have a measure.
  public static let problemTypes = AccuracyMeasure.byProblemType.map(\.type)

  /// The score of `predicted` against `truth`, both without tags, in 0...1, by the measure of the
  /// problem type.
  public static func score(
    problemType: String, predicted: String, truth: String, options: [String] = [],
    regression: Regression = .relativeError, tolerance: Double = 0
  ) -> RewardOutcome {
    guard
      let known = AccuracyMeasure.byProblemType.first(where: { $0.type == problemType })?.measure
    else { return .abstained("no accuracy measure for problem type `\(problemType)`") }
    let measure =
      known == .regression && regression == .meanRelativeAccuracy ? .meanRelativeAccuracy : known
    return score(
      measure, predicted: predicted, truth: truth, options: options, tolerance: tolerance)
  }

  /// The score of `predicted` against `truth`, both without tags, in 0...1.
  ///
  /// - Parameters:
  ///   - options: the choices of the record; empty where it has none.
  ///   - tolerance: how far apart two numbers may be under `near`.
  public static func score(
    _ measure: AccuracyMeasure, predicted: String, truth: String, options: [String] = [],
    tolerance: Double = 0
  ) -> RewardOutcome {
    let predicted = predicted.trimmingWhitespace
    let truth = truth.trimmingWhitespace
    switch measure {
    case .multipleChoice: return multipleChoice(predicted, truth, options)
    case .exact: return .value(predicted == truth ? 1 : 0)
    case .numerical: return numerical(predicted, truth)
    case .near:
      return numbers(predicted, truth) { abs($0 - $1) <= tolerance ? 1 : 0 }
    case .regression: return numbers(predicted, truth, regression)
    case .meanRelativeAccuracy: return numbers(predicted, truth, meanRelativeAccuracy)
    case .ocr: return .value(max(0, min(1, 1 - wordErrorRate(predicted, truth))))
    case .freeForm: return .value(Rouge.meanF1(predicted, truth))
    case .temporalGrounding: return grounding(predicted, truth)
    }
  }

  /// 1 when both name the same option, by its letter or its words, else 0; without options, when the
  /// texts are equal. A truth that names none of the options cannot be answered, so the outcome is an
  /// abstention.
  private static func multipleChoice(
    _ predicted: String, _ truth: String, _ options: [String]
  ) -> RewardOutcome {
    guard !options.isEmpty else { return .value(predicted == truth ? 1 : 0) }
    guard let right = OptionAnswer.index(of: truth, in: options) else {
      return .abstained("the ground truth `\(truth)` is none of the \(options.count) options")
    }
    if predicted == truth { return .value(1) }
    guard let given = OptionAnswer.index(of: predicted, in: options) else {
      return .value(0, because: "`\(predicted)` is none of the \(options.count) options")
    }
    return .value(given == right ? 1 : 0)
  }

  /// 1 when both round to the same two decimals; 0 when only one of them has a `.` or a `,`.
  public static func numerical(_ predicted: String, _ truth: String) -> RewardOutcome {
    guard let truthNumber = number(truth) else { return unreadableTruth(truth, as: "a number") }
    guard let predictedNumber = number(predicted) else { return unreadable(predicted, "a number") }
    func hasSeparator(_ text: String) -> Bool { text.contains(".") || text.contains(",") }
    guard hasSeparator(predicted) == hasSeparator(truth) else {
      return .value(0, because: "only one of `\(predicted)` and `\(truth)` has a decimal mark")
    }
    return .value(rounded(predictedNumber) == rounded(truthNumber) ? 1 : 0)
  }

  /// 1 - clamp01((|p - g| + 1e-9) / (|g| + 1e-9)). A ground truth of 0 scores 0 whatever is
  /// predicted: the two small terms cancel.
  public static func regression(_ predicted: Double, _ truth: Double) -> Double {
    let error = (abs(predicted - truth) + 1e-9) / (abs(truth) + 1e-9)
    return 1 - min(1, max(0, error))
  }

  /// VSI-Bench: the share of thresholds t = 0.50, 0.55 … 0.95 with |p - g| / (|g| + 1e-8) < 1 - t.
  /// In double precision: boundary cases differ in single.
  public static func meanRelativeAccuracy(_ predicted: Double, _ truth: Double) -> Double {
    let error = abs(predicted - truth) / (abs(truth) + 1e-8)
    let passed = (0..<10).count { error < 1 - (0.5 + 0.05 * Double($0)) }
    return Double(passed) / 10
  }

  private static func numbers(
    _ predicted: String, _ truth: String, _ measure: (Double, Double) -> Double
  ) -> RewardOutcome {
    guard let truthNumber = number(truth) else { return unreadableTruth(truth, as: "a number") }
    guard let predictedNumber = number(predicted) else { return unreadable(predicted, "a number") }
    return .value(measure(predictedNumber, truthNumber))
  }

  private static func grounding(_ predicted: String, _ truth: String) -> RewardOutcome {
    guard let truthSpan = TimeSpan(lastIn: truth), truthSpan.duration > 0 else {
      return unreadableTruth(truth, as: "a span `s to e`")
    }
    guard let span = TimeSpan(lastIn: predicted) else { return unreadable(predicted, "`s to e`") }
    return .value(span.intersectionOverUnion(with: truthSpan))
  }

  /// A finite decimal number, thousands separators removed.
  static func number(_ text: String) -> Double? {
    let plain = text.trimmingWhitespace.replacing(",", with: "")
    let isDecimal = plain.allSatisfy { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
    guard isDecimal, let value = Double(plain), value.isFinite else { return nil }
    return value
  }

  /// To two decimals, from the exact binary value, as Python's `round` does.
  private static func rounded(_ value: Double) -> Double? {
    Double(String(format: "%.2f", value))
  }

  private static func unreadable(_ text: String, _ what: String) -> RewardOutcome {
    .value(0, because: "`\(text)` is not \(what)")
  }

  private static func unreadableTruth(_ text: String, as what: String) -> RewardOutcome {
    .abstained("the ground truth `\(text)` is not \(what)")
  }
}
