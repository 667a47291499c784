/// The handle of one output of one node.
public struct Value: Sendable, Hashable {
  let node: Int
  let output: Int
}

/// Where a leaf gets its contents.
enum Leaf: Sendable, Hashable {
  /// Trainable, lives in a `ParameterStore`.
  case parameter(String)
  /// Given with every run.
  case input(String)
  /// Persistent buffer in a `StateStore`; only `writeRows` changes it.
  case state(String)
  /// A scalar known while building.
  case constant(Double)
}

/// One line of a graph: a leaf, or an operation on earlier values.
struct Node: Sendable {
  enum Kind: Sendable {
    case leaf(Leaf)
    case operation(any Operation)
  }

  var kind: Kind
  var inputs: [Value]
  /// The type of each output.
  var types: [TensorType]
  /// The path of the scopes it was built in, such as `text.layers.3`.
  var scope: String
  /// The block that it was built in, whose insides gradients may compute again.
  var block: String?
  /// Whether it computes what another node has computed, so as not to keep that; never shared with it.
  var isRecomputed = false

  var operation: (any Operation)? {
    switch kind {
    case .leaf: nil
    case .operation(let operation): operation
    }
  }

  var leaf: Leaf? {
    switch kind {
    case .leaf(let leaf): leaf
    case .operation: nil
    }
  }
}
