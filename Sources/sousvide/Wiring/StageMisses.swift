import Experiments
import Foundation
import RecipeLanguage
import TrainingGraph

/// Where a stage comes from when its recipe is run (`sousvide.stages/1`, item by item).
struct StageOutlook: Encodable {
  /// A setting with which the stage is another than the nearest one.
  struct Setting: Encodable {
    var path: String
    var value: String?
    /// Where it is said.
    var origin: String?
    var recorded: String?
  }

  struct Nearest: Encodable {
    var run: String
    var stage: String
    var equalNodes: Int
    var nodes: Int
    var settings: [Setting]
    /// The nodes in which the two part.
    var causes: [StageLookup.Cause]
  }

  var stage: String
  var algorithm: String
  var digest: String
  /// The run that lends it; nil where it has to be made.
  var holder: String?
  var nearest: Nearest?
}

/// Why stages of a recipe cannot be taken over from earlier runs.
struct StageMisses {
  let console: Console
  let path: PathArgument
  let options: CheckOptions
  /// The recipe as it is, and what it is lowered to without a look at the model's files.
  let result: CheckResult
  let planned: TrainingGraph

  /// The stages in order.
  ///
  /// - Parameters:
  ///   - graph: with the contents of the model's files.
  ///   - runs: those that lend their stages.
  func outlook(_ graph: TrainingGraph, in runs: [RunDirectory]) -> [StageOutlook] {
    StageLookup.all(graph, in: runs).map { lookup in
      StageOutlook(
        stage: lookup.stage, algorithm: lookup.algorithm, digest: lookup.digest,
        holder: lookup.holder,
        nearest: lookup.nearest.map { nearest in
          StageOutlook.Nearest(
            run: nearest.run.name, stage: nearest.stage, equalNodes: nearest.equal,
            nodes: lookup.nodes,
            settings: settings(of: lookup, from: nearest.run).map { difference in
              StageOutlook.Setting(
                path: difference.path, value: difference.new?.value,
                origin: difference.new?.origin, recorded: difference.old?.value)
            }, causes: nearest.causes)
        })
    }
  }

  /// The settings in which the recipe differs from that of a run which has made a stage like this one, and with
  /// which the stage is another: it is asked what the stage would be if each of them alone were as it was.
  ///
  /// Empty where the run's recipe cannot be read any more.
  private func settings(
    of lookup: StageLookup, from run: RunDirectory
  ) -> [RecipeDifference] {
    let file = run.url(of: run.contains(.resolved) ? .resolved : .recipe)
    guard let recorded = PathArgument(argument: file.path) else { return [] }
    let old = RecipeLoading(console: console).result(of: recorded)
    guard let before = old.recipe, result.recipe != nil else { return [] }
    let differences = RecipeComparison(old, result, vocabulary: .standard).differences
    return differences.filter(\.changesResults).filter { difference in
      let text = before.setting(at: difference.path)?.value.recipeText
      guard let text, difference.new != nil else { return mayMatter(difference.path, to: lookup) }
      return matters(difference.path, text, to: lookup)
    }
  }

  /// Whether the stage would be another with a setting as it was.
  private func matters(_ setting: String, _ value: String, to lookup: StageLookup) -> Bool {
    var options = options
    options.settings.append((path: setting, value: value))
    let loading = RecipeLoading(console: console, options: options)
    guard let recipe = loading.result(of: path).recipe,
      let graph = try? Lowering.lower(recipe, facts: RecipeFacts.standard(recipe.root))
    else { return mayMatter(setting, to: lookup) }
    let stage = NodeID(lookup.stage)
    return graph.digests()[stage] != planned.digests()[stage]
  }

  /// What cannot be tried: only evaluations that choose its checkpoint make the stage another, and only stages that
  /// it rests on.
  private func mayMatter(_ setting: String, to lookup: StageLookup) -> Bool {
    let words = setting.split(separator: ".").map(String.init)
    let below = planned.closure(of: NodeID(lookup.stage))
    switch words.first {
    case "eval":
      return below.contains {
        guard case .evaluate(let evaluation) = $0.operation else { return false }
        return words.count < 2 || evaluation.name == words[1]
      }
    case "stages" where words.count > 1: return below.contains { $0.id == NodeID(words[1]) }
    default: return true
    }
  }
}
