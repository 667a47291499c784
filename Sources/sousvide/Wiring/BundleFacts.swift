import Experiments
import Foundation
import RecipeLanguage

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

  /// The values of the recipe's secrets that are in the environment.
  static func secrets(_ recipe: Record) -> BundleSecrets {
    let environment = ProcessInfo.processInfo.environment
    let values = (recipe.optionalRecord("secrets")?.records ?? []).compactMap { secret in
      environment[secret.optionalString("env") ?? secret.name].map { (secret.name, $0) }
    }
    return BundleSecrets(Dictionary(values) { first, _ in first })
  }
}
