/// Names linear layers of a model: `q_proj`, `self_attn.*`, `visual.*`.
///
/// A pattern matches a layer's whole name, or its end after a dot, as module names do in the `peft`
/// library; `*` stands for any text, dots included.
public struct LayerPattern: Sendable, Hashable, CustomStringConvertible {
  public let description: String

  public init(_ text: String) { description = text }

  public func matches(_ name: String) -> Bool {
    let pattern = Array(description.utf8)
    let name = Array(name.utf8)
    return Self.match(pattern[...], name[...])
      || Self.match(([UInt8(ascii: "*"), UInt8(ascii: ".")] + pattern)[...], name[...])
  }

  /// Greedy matching that goes back to the last star: linear in the name per star.
  private static func match(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
    var (p, n) = (pattern.startIndex, name.startIndex)
    var resume: (pattern: Int, name: Int)?
    while n < name.endIndex {
      if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
        p += 1
        resume = (p, n)
      } else if p < pattern.endIndex, pattern[p] == name[n] {
        (p, n) = (p + 1, n + 1)
      } else if let (star, start) = resume {
        (p, n) = (star, start + 1)
        resume = (star, start + 1)
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == UInt8(ascii: "*") }
  }
}
