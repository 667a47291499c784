import Experiments
import Foundation
import RecipeLanguage
import TrainingGraph

/// What a bundle takes from the recipe.
enum BundleFacts {
  /// - Parameter recipe: the root of a checked recipe.
  static func description(_ recipe: Record) -> RunBundle.Description {
    let source = recipe.optionalRecord("model")?.optionalString("from")
    let data = recipe.optionalRecord("data")?.records ?? []
    return .init(
      // The place of a folder on somebody's disk says nothing to others.
      baseModel: source == "scratch"
        ? nil : source.map { $0.hasPrefix("/") ? URL(fileURLWithPath: $0).lastPathComponent : $0 },
      datasets: data.map { "\($0.name) (\($0.optionalString("kind") ?? "data"))" })
  }

  /// The data that the run read from files.
  ///
  /// - Parameter announce: told of what cannot be said.
  /// - Throws: `BundleError.otherData`, `.unplaceable`; the errors of records.
  static func data(
    of run: RunDirectory, _ made: RunRecipe, announce: (String) -> Void
  ) throws -> BundleData {
    var data = BundleData()
    let recorded = try run.read(GraphRecord.self, from: .graph)?.nodes ?? []
    let digests = made.graph.digests()
    if !made.isAsWritten {
      announce(
        "warning: the run does not say how its recipe was written, so that nobody can tell whether its data are "
          + "still the same")
    }
    for node in made.graph.nodes {
      guard case .dataset(let dataset) = node.operation else { continue }
      if case .file(let path)? = dataset.retrieval?.collection {
        try data.add(collection: URL(fileURLWithPath: path))
      }
      guard dataset.kind == RecordsDataKind.schema.name else { continue }
      let known = recorded.first { $0.id == node.id.path }?.digest
      if made.isAsWritten, known != digests[node.id] { throw BundleError.otherData(dataset.name) }
      try data.add(
        dataset, RecordsSource(announce: { _ in }, keep: { _, _ in }).load(dataset))
    }
    return data
  }

  /// The folders of commands.
  static var commandPath: String { ProcessInfo.processInfo.environment["PATH"] ?? "" }

  /// The values of the recipe's secrets that are in the environment.
  static func secrets(_ recipe: Record) -> BundleSecrets {
    let environment = ProcessInfo.processInfo.environment
    let values = (recipe.optionalRecord("secrets")?.records ?? []).compactMap { secret in
      environment[secret.optionalString("env") ?? secret.name].map { (secret.name, $0) }
    }
    return BundleSecrets(Dictionary(values) { first, _ in first })
  }
}
