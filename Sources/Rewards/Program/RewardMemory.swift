/// What rewards and normalizations remember from step to step, as part of the training state: a few
/// numbers each, under a name that only their owner uses.
public struct RewardMemory: Hashable, Sendable, Codable {
  /// By owner, as `reasoning_length/multiple choice`.
  public private(set) var numbers: [String: [Double]]

  public init(numbers: [String: [Double]] = [:]) { self.numbers = numbers }

  /// Nil where nothing is remembered yet.
  public subscript(owner: String) -> [Double]? {
    get { numbers[owner] }
    set { numbers[owner] = newValue }
  }

  public var isEmpty: Bool { numbers.isEmpty }
}
