/// A sign at its place: white digits on a dark plate, in front of everything.
struct SceneSign: Sendable {
  var fact: Sign
  /// The upper left corner of the plate.
  var x, y: Int

  static let digitCount = 3
  /// Pixels per side of the squares that digits are made of.
  private static let scale = 3
  /// Digits are 3 squares wide and 5 high, with a square between them and around them.
  static let width = (digitCount * 4 + 1) * scale
  static let height = 7 * scale

  init(during span: VisibleSpan, random: inout ClipRandom) {
    fact = Sign(digits: (0..<Self.digitCount).map { _ in random.below(10) }, span: span)
    x = random.below(Scene.size - Self.width + 1)
    y = random.below(Scene.size - Self.height + 1)
  }

  /// Whether a pixel of the plate belongs to a digit.
  func isLit(_ dx: Int, _ dy: Int) -> Bool {
    let column = dx / Self.scale - 1
    let row = dy / Self.scale - 1
    guard column >= 0, (0..<5).contains(row), column % 4 < 3, column / 4 < fact.digits.count else {
      return false
    }
    return Self.rows[fact.digits[column / 4]][row] & (4 >> (column % 4)) != 0
  }

  /// For every digit, five rows of three squares, the left one worth 4.
  private static let rows: [[Int]] = [
    [7, 5, 5, 5, 7], [2, 6, 2, 2, 7], [7, 1, 7, 4, 7], [7, 1, 3, 1, 7], [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7], [7, 4, 7, 5, 7], [7, 1, 2, 2, 2], [7, 5, 7, 5, 7], [7, 5, 7, 1, 7],
  ]
}
