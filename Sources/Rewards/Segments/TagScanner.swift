/// Finds delimiters in the bytes of a response.
struct TagScanner: Sendable {
  /// One occurrence of a delimiter.
  struct Tag: Equatable {
    /// The segment, by its place in the declaration.
    var segment: Int
    /// Whether it opens the segment or closes it.
    var opens: Bool
    /// Where it stands, in bytes.
    var bytes: Range<Int>
  }

  private struct Pattern: Sendable {
    var bytes: [UInt8]
    var segment: Int
    var opens: Bool
  }

  /// Patterns by first byte, longest first.
  private var patterns: [UInt8: [Pattern]] = [:]

  /// Throws when a name or a delimiter is used twice, or a delimiter is empty.
  init(_ specifications: [SegmentSpecification]) throws {
    var owners: [String: String] = [:]
    var names: Set<String> = []
    for (index, specification) in specifications.enumerated() {
      guard names.insert(specification.name).inserted else {
        throw RewardError.segment(name: specification.name, message: "is declared twice")
      }
      for (text, opens) in [(specification.open, true), (specification.close, false)] {
        guard let first = text.utf8.first else {
          throw RewardError.segment(name: specification.name, message: "a delimiter is empty")
        }
        if let owner = owners.updateValue(specification.name, forKey: text) {
          throw RewardError.segment(
            name: specification.name,
            message: "the delimiter `\(text)` is already one of `\(owner)`")
        }
        patterns[first, default: []].append(
          Pattern(bytes: Array(text.utf8), segment: index, opens: opens))
      }
    }
    patterns = patterns.mapValues { $0.sorted { $0.bytes.count > $1.bytes.count } }
  }

  /// All delimiters from left to right, without overlap; at one place the longest wins.
  func tags(in bytes: [UInt8]) -> [Tag] {
    var tags: [Tag] = []
    var index = 0
    while index < bytes.count {
      let match = patterns[bytes[index]]?.first { bytes[index...].starts(with: $0.bytes) }
      guard let match else {
        index += 1
        continue
      }
      let end = index + match.bytes.count
      tags.append(Tag(segment: match.segment, opens: match.opens, bytes: index..<end))
      index = end
    }
    return tags
  }
}
