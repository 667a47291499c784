import Foundation
import RecipeLanguage

/// A kind of judge that is asked over HTTP.
protocol RemoteJudgeKind: Sendable {
  static var schema: KindSchema { get }
  static func backend(_ address: JudgeAddress) -> any ChatBackend
}

/// Where a server is.
struct JudgeAddress: Sendable, Hashable {
  let host: String
  private let base: String

  /// - Parameter text: the recipe's `base_url`.
  /// - Throws: `JudgeError.address` unless it starts with `http://` or `https://` and a host.
  init(_ text: String, judge: String) throws {
    let parts = URLComponents(string: text)
    guard let scheme = parts?.scheme?.lowercased(), ["http", "https"].contains(scheme),
      let host = parts?.host, !host.isEmpty, parts?.query == nil, parts?.fragment == nil
    else { throw JudgeError.address(judge: judge, url: text) }
    self.host = host.lowercased()
    base = text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  func url(_ path: String) -> String { base + path }
}
