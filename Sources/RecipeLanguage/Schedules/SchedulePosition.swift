/// A moment of a stage, or a length of it: `200 step`, `1.5 epoch`, `3%`.
public struct SchedulePosition: Sendable, Hashable, CustomStringConvertible {
  public enum Unit: String, Sendable, Hashable, CaseIterable {
    case step
    /// Passes over the stage's data.
    case epoch
    /// Part of the stage.
    case share = "%"
  }

  /// Shares are from 0 to 1.
  public var value: Double
  public var unit: Unit

  public init(_ value: Double, _ unit: Unit) {
    self.value = value
    self.unit = unit
  }

  public static func step(_ count: Int) -> SchedulePosition {
    SchedulePosition(Double(count), .step)
  }
  public static func epoch(_ count: Double) -> SchedulePosition {
    SchedulePosition(count, .epoch)
  }
  public static func share(_ share: Double) -> SchedulePosition {
    SchedulePosition(share, .share)
  }

  /// The nearest step.
  ///
  /// - Parameters:
  ///   - total: steps of the stage.
  ///   - epoch: steps of one pass over its data. Where that is not known a pass counts as the whole
  ///     stage.
  public func step(of total: Int, epoch: Double?) -> Int {
    let step =
      switch unit {
      case .step: value
      case .epoch: value * (epoch ?? Double(total))
      case .share: value * Double(total)
      }
    return Int(min(max(step.rounded(), 0), Double(Int32.max)))
  }

  /// As a recipe writes it.
  public var description: String {
    switch unit {
    case .step, .epoch: "\(shortText(value)) \(unit.rawValue)"
    case .share: "\(shortText(value * 100))%"
    }
  }

  /// Nil for text that is no position.
  init?(_ text: String) {
    if let share = QuantityReader.percentage(text) {
      guard share <= 1 else { return nil }
      self = .share(share)
      return
    }
    var cursor = ByteCursor(text)
    guard let value = cursor.number(), value.isFinite else { return nil }
    cursor.skip(while: \.isBlank)
    switch cursor.text(cursor.offset..<cursor.bytes.count) {
    case "step":
      guard let count = Int(exactly: value), count <= Int(Int32.max) else { return nil }
      self = .step(count)
    case "epoch": self = .epoch(value)
    default: return nil
    }
  }
}
