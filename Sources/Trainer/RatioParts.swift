import Rewards
import TensorEngine
import TrainingGraph

/// Which tokens of a batch share one ratio of new to old policy.
struct RatioParts: Equatable {
  /// The part of every token, counted from 0 in order of appearance.
  private(set) var parts: [Int] = []
  /// Tokens of each part.
  private(set) var sizes: [Int] = []

  /// - Parameter sequences: what every token of every response belongs to.
  init(_ level: RatioLevel, _ sequences: [[ResponsePart]]) {
    for tokens in sequences {
      var known: [ResponsePart: Int] = [:]
      for token in tokens {
        switch level {
        case .token: append(to: nil)
        case .sequence: append(to: known.isEmpty ? nil : sizes.count - 1)
        case .segment: append(to: known[token])
        }
        if known[token] == nil { known[token] = sizes.count - 1 }
      }
    }
  }

  private mutating func append(to part: Int?) {
    let place = part ?? sizes.count
    if part == nil { sizes.append(0) }
    sizes[place] += 1
    parts.append(place)
  }

  /// The inputs of `PolicyLoss`.
  var inputs: [String: HostTensor] {
    [
      PolicyLoss.Input.parts: HostTensor(parts.map { Int32($0) }, shape: [parts.count]),
      PolicyLoss.Input.partSizes: HostTensor(sizes.map { Float($0) }, shape: [sizes.count, 1]),
    ]
  }
}
