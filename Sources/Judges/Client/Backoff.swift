import Foundation

/// How long to wait before the next attempt: twice as long each time, up to a limit, and between half
/// of that and all of it, so that many calls that failed together do not come back together. What is
/// drawn depends on the question and the attempt alone.
enum Backoff {
  /// Seconds.
  static let first = 0.5
  static let longest = 30.0

  /// - Parameter attempt: the attempt that failed, from 1.
  static func delay(after attempt: Int, key: String) -> Double {
    let full = min(longest, first * pow(2, Double(min(attempt, 30) - 1)))
    return full * (0.5 + 0.5 * ContentDigest.fraction("\(attempt) \(key)"))
  }
}

/// `Retry-After` as seconds: a number, or a date (RFC 9110, 10.2.3).
enum RetryAfter {
  static func seconds(_ text: String?, now: Date = Date()) -> Double? {
    guard let text else { return nil }
    if let seconds = Double(text) { return seconds.isFinite && seconds >= 0 ? seconds : nil }
    let format = DateFormatter()
    format.locale = Locale(identifier: "en_US_POSIX")
    format.timeZone = TimeZone(identifier: "GMT")
    format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss zzz"
    return format.date(from: text).map { max(0, $0.timeIntervalSince(now)) }
  }
}
