import Foundation
import RecipeLanguage

/// Finds what nobody else may have: values of the secrets that are in the environment, and texts that look
/// like access keys.
public struct BundleSecrets: Sendable {
  private let values: [(name: String, value: [UInt8])]
  /// Shorter values are in every text by chance.
  private static let shortest = 6

  /// - Parameter values: of a recipe's secrets, by name; the file with one of them is named, and the value never.
  public init(_ values: [String: String] = [:]) {
    self.values = values.sorted { $0.key < $1.key }.map { ($0.key, [UInt8]($0.value.utf8)) }
      .filter { $0.1.count >= Self.shortest }
  }

  /// - Throws: `BundleError.secret` with the file and the first line that has one.
  func check(_ data: Data, _ file: String, _ role: BundleRole) throws(BundleError) {
    for (name, value) in values {
      if let found = data.range(of: Data(value)) {
        throw .secret(
          file: file, line: Self.line(data, found.lowerBound), what: "the value of secret `\(name)`"
        )
      }
    }
    let ofKnownServices: Bool
    switch role {
    case .manifest, .card, .crate, .recipe, .lock, .graph, .summary, .judges, .data:
      ofKnownServices = false
    case .metrics, .trace, .rollouts, .evaluation, .records: ofKnownServices = true
    // Pictures, vocabularies and numbers have words like these; what a report shows is in other members.
    case .report, .tokenizer, .weights, .media: return
    }
    if let range = AccessKey.ranges(in: [UInt8](data), ofKnownServices: ofKnownServices).first {
      throw .secret(
        file: file, line: Self.line(data, data.startIndex + range.lowerBound),
        what: "a text that looks like an access key")
    }
  }

  private static func line(_ data: Data, _ index: Data.Index) -> Int {
    1 + data[data.startIndex..<index].count { $0 == UInt8(ascii: "\n") }
  }
}
