import RecipeLanguage

/// A training algorithm: the fields a stage may have, and the nodes it becomes.
///
/// A new algorithm is one file that conforms to this protocol and one line in `Algorithms`.
protocol Algorithm: Sendable {
  /// Name, fields and checks of a stage with this algorithm.
  static var schema: KindSchema { get }

  /// Appends the nodes of a stage. The last one is named after the stage and yields its result: weights, or data.
  static func lower(_ stage: Record, _ lowering: inout Lowering) throws
}

/// The algorithms a stage can name.
public enum Algorithms {
  static let all: [any Algorithm.Type] = [
    SupervisedFineTuning.self, GRPO.self, ProcessAwareGRPO.self, Pipeline.self,
  ]

  /// What the recipe language needs to know of them.
  public static var schemas: [KindSchema] { all.map { $0.schema } }

  static func named(_ name: String) -> (any Algorithm.Type)? {
    all.first { $0.schema.name == name }
  }
}
