/// A piece of HTML. Text interpolated into it is escaped, other pieces go in as they are, so nothing
/// that a model wrote or a file held can become markup.
struct HTML: ExpressibleByStringInterpolation, Sendable, Equatable {
  private(set) var markup: String

  static let empty = HTML(markup: "")

  private init(markup: String) { self.markup = markup }

  init(stringLiteral value: String) { markup = value }

  init(stringInterpolation: StringInterpolation) { markup = stringInterpolation.markup }

  /// Text, escaped.
  init(text: some StringProtocol) { markup = Self.escape(text) }

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var markup = ""

    init(literalCapacity: Int, interpolationCount: Int) {
      markup.reserveCapacity(literalCapacity + 16 * interpolationCount)
    }

    mutating func appendLiteral(_ literal: String) { markup += literal }
    mutating func appendInterpolation(_ text: some StringProtocol) { markup += HTML.escape(text) }
    mutating func appendInterpolation(_ number: Int) { markup += String(number) }
    mutating func appendInterpolation(_ piece: HTML) { markup += piece.markup }
    mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { markup += piece.markup }
    }
    /// A coordinate, to a tenth of a pixel.
    mutating func appendInterpolation(_ coordinate: Double) {
      markup += Format.coordinate(coordinate)
    }
  }

  /// An attribute with a space before it; nothing without a value.
  static func attribute(_ name: String, _ value: String?) -> HTML {
    value.map { " \(name)=\"\($0)\"" } ?? .empty
  }

  static func + (left: HTML, right: HTML) -> HTML { HTML(markup: left.markup + right.markup) }

  static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

  /// Escapes what HTML and attribute values give a meaning to, and drops control characters, which no
  /// page may hold.
  private static func escape(_ text: some StringProtocol) -> String {
    var escaped = ""
    escaped.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      case "\n", "\t": escaped.unicodeScalars.append(scalar)
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: break
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
