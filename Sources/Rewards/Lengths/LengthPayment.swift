import Foundation

/// What a length is paid: in full inside a window, both ends included, and less outside of it.
public struct LengthPayment: Hashable, Sendable {
  /// How the value falls outside the window.
  public enum Edge: String, Hashable, Sendable, CaseIterable {
    /// At once.
    case hard
    /// In a straight line, to 0 at `width` from the window.
    case linear
    /// Along half a cosine, to 0 at `width` from the window: flat at both ends.
    case cosine
  }

  public var window: ClosedRange<Double>
  public var pays: Double
  public var edge: Edge
  /// Distance from the window at which nothing is paid; of no effect on hard edges.
  public var width: Double

  public init(window: ClosedRange<Double>, pays: Double, edge: Edge = .hard, width: Double = 0) {
    self.window = window
    self.pays = pays
    self.edge = edge
    self.width = width
  }

  /// The value of a length, in 0...pays.
  public func value(_ length: Double) -> Double {
    if window.contains(length) { return pays }
    let distance = max(window.lowerBound - length, length - window.upperBound)
    guard edge != .hard, distance < width else { return 0 }
    let way = distance / width
    return edge == .linear ? pays * (1 - way) : pays * (1 + cos(.pi * way)) / 2
  }

  /// `320..512`
  var windowText: String {
    func text(_ value: Double) -> String {
      Int(exactly: value).map(String.init) ?? String(format: "%.1f", value)
    }
    return "\(text(window.lowerBound))..\(text(window.upperBound))"
  }
}
