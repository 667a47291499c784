/// The six colours, in the order in which simultaneous objects are listed.
public enum Colour: String, CaseIterable, Sendable, Codable {
  case red, green, blue, yellow, purple, white

  /// Nominal RGB.
  var components: [Double] {
    switch self {
    case .red: [230, 40, 40]
    case .green: [40, 200, 60]
    case .blue: [50, 80, 240]
    case .yellow: [235, 220, 50]
    case .purple: [170, 60, 200]
    case .white: [235, 235, 235]
    }
  }
}

public enum Shape: String, CaseIterable, Sendable, Codable { case square, ring, cross, bar }

public enum Direction: String, CaseIterable, Sendable, Codable {
  case left, right, up, down

  var opposite: Direction {
    switch self {
    case .left: .right
    case .right: .left
    case .up: .down
    case .down: .up
    }
  }

  /// One step, in image coordinates (y grows downwards).
  var step: (x: Double, y: Double) {
    switch self {
    case .left: (-1, 0)
    case .right: (1, 0)
    case .up: (0, -1)
    case .down: (0, 1)
    }
  }
}

/// The whole seconds during which something is visible: from the start of `start` up to `end`.
public struct VisibleSpan: Sendable, Hashable, Codable {
  public var start: Int
  public var end: Int

  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  public var seconds: Int { end - start }
  public func contains(_ second: Int) -> Bool { start <= second && second < end }
  /// `0 to 3`: how spans are written everywhere, answers included.
  public var text: String { "\(start) to \(end)" }

  /// The spans that objects have unless a question needs another: two seconds or more.
  static let usual = [(0, 2), (0, 3), (0, 4), (1, 3), (1, 4), (2, 4)].map {
    VisibleSpan($0.0, $0.1)
  }
}

/// What there is to know about one object of a clip, or what an observation claims about it.
public struct Fact: Sendable, Hashable, Codable {
  public var colour: Colour
  public var shape: Shape
  public var span: VisibleSpan
  public var direction: Direction

  public init(colour: Colour, shape: Shape, span: VisibleSpan, direction: Direction) {
    self.colour = colour
    self.shape = shape
    self.span = span
    self.direction = direction
  }
}
