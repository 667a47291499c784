import Foundation

/// How the report spells numbers: always with a point, a true minus, and no more digits than mean
/// something.
enum Format {
  /// A share as a percentage with one decimal: `87.4 %`.
  static func percent(_ share: Double, decimals: Int = 1) -> String {
    // A narrow no-break space keeps number and sign together.
    number(share * 100, decimals: decimals) + "\u{202F}%"
  }

  /// A difference of shares in points, always with its sign: `+15.4`.
  static func points(_ difference: Double) -> String { signed(difference * 100, decimals: 1) }

  static func signed(_ value: Double, decimals: Int = 2) -> String {
    let text = number(value.magnitude, decimals: decimals)
    if !text.contains(where: { $0 != "0" && $0 != "." }) { return "0" }
    return (value < 0 ? "\u{2212}" : "+") + text
  }

  static func number(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", locale: posix, value)
      .replacingOccurrences(of: "-", with: "\u{2212}")
  }

  /// Three significant digits: `0.0123`, `1.85`, `152`.
  static func significant(_ value: Double) -> String {
    guard value != 0, value.isFinite else { return "0" }
    let magnitude = Int(floor(log10(value.magnitude)))
    return number(value, decimals: min(6, max(0, 2 - magnitude)))
  }

  /// A reward: `1`, `0.2`, `0.667`.
  static func reward(_ value: Double) -> String {
    var text = number(value, decimals: 3)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text == "\u{2212}0" || text.isEmpty ? "0" : text
  }

  /// A count with thousands apart: `1 507 328`.
  static func count(_ value: Int) -> String {
    let digits = String(value)
    var groups: [Substring] = []
    var rest = digits[...]
    while rest.count > 3 {
      groups.insert(rest.suffix(3), at: 0)
      rest = rest.dropLast(3)
    }
    return ([rest] + groups).joined(separator: "\u{202F}")
  }

  /// A duration: `42 s`, `4 min 12 s`, `1 h 05 min`.
  static func duration(_ seconds: Double) -> String {
    let whole = Int(saturating: seconds.rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(two(whole % 60)) s" }
    return "\(whole / 3600) h \(two(whole / 60 % 60)) min"
  }

  /// A coordinate of a drawing: a tenth of a pixel is enough.
  static func coordinate(_ value: Double) -> String {
    let tenths = (value * 10).rounded()
    guard tenths.magnitude < 1e9 else { return "0" }
    let whole = Int(tenths)
    if whole % 10 == 0 { return String(whole / 10) }
    return (whole < 0 ? "-" : "") + "\(abs(whole) / 10).\(abs(whole) % 10)"
  }

  /// `cold_start` as `cold start`.
  static func words(_ identifier: String) -> String {
    identifier.replacingOccurrences(of: "_", with: " ")
  }

  /// `cold_start` as `Cold start`, and the field's abbreviations as they are written.
  static func title(_ identifier: String) -> String {
    if abbreviations.contains(identifier) { return identifier.uppercased() }
    let text = words(identifier)
    return text.prefix(1).uppercased() + text.dropFirst()
  }

  /// `process_aware_grpo` as `process-aware GRPO`.
  static func algorithm(_ identifier: String) -> String {
    identifier.split(separator: "_").map { part in
      abbreviations.contains(String(part)) ? part.uppercased() : String(part)
    }
    .joined(separator: " ").replacingOccurrences(of: " aware", with: "-aware")
  }

  /// The first twelve digits of a digest.
  static func digest(_ digest: String) -> String {
    String(digest.split(separator: ":").last ?? "").prefix(12).description
  }

  private static let abbreviations: Set<String> = ["rl", "sft", "grpo"]
  private static let posix = Locale(identifier: "en_US_POSIX")

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
