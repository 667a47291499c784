import Experiments
import Foundation
import RecipeLanguage
import Trainer
import TrainingGraph

/// A sweep whose cells are all checked and lowered.
struct LoadedSweep {
  let recipe: CheckedRecipe
  let specification: SweepSpecification
  /// The recipe of every cell, with the first seed, by the cell's name.
  let cells: [String: (recipe: CheckedRecipe, graph: TrainingGraph)]
}

/// Reads a recipe with a sweep, and makes trials of it.
struct SweepLoading {
  let loading: RecipeLoading
  let path: PathArgument

  init(_ path: PathArgument, console: Console, options: CheckOptions) {
    var options = options
    options.sweepCells = SweepPlan.cellLimit
    self.path = path
    loading = RecipeLoading(console: console, options: options)
  }

  /// Why a recipe is no sweep.
  struct NoSweep: Error, CustomStringConvertible {
    let description: String
  }

  /// Nil after the recipe's errors have been printed.
  ///
  /// - Throws: `NoSweep`; `LoweringError` for a cell that cannot be lowered.
  func load() throws -> LoadedSweep? {
    guard !path.isStandardInput else {
      throw NoSweep(description: "a sweep is read again for every run, so it must be a file")
    }
    guard let recipe = loading.check(path).recipe else { return nil }
    guard recipe.root.has("sweep") else {
      throw NoSweep(
        description: "\(path.path) has no `sweep`; `sousvide run \(path.path)` makes its one run")
    }
    guard let plan = recipe.sweep, let objective = recipe.sweepObjective else {
      throw NoSweep(description: "the axes of the sweep of \(path.path) give no cells")
    }
    let cells = Self.cells(plan)
    let reseeded = recipe.root.optionalRecord("sweep")?.optionalStrings("reseed") ?? []
    let first = try Self.firstSeed(recipe, reseeded)
    let seeds = (0..<UInt64(max(1, plan.seeds))).map { first &+ $0 }

    var lowered: [String: (recipe: CheckedRecipe, graph: TrainingGraph)] = [:]
    var trials: [SweepSpecification.Trial] = []
    for (cell, seed) in SweepSpecification.order(
      cells: cells.map(\.specification), seeds: seeds)
    {
      let options = options(cell, seed: seed, reseeded)
      let trialLoading = RecipeLoading(console: loading.console, options: options)
      let result = trialLoading.result(of: path)
      guard let trialRecipe = result.recipe else {
        let reason = result.diagnostics.first { $0.severity == .error }?.message ?? "it has errors"
        throw NoSweep(description: "\(cell.name) with seed \(seed) cannot be run: \(reason)")
      }
      let graph = try Lowering.lower(
        trialRecipe, facts: RecipeFacts.standard(trialRecipe.root))
      let digest = graph.digest
      let trial = SweepSpecification.Trial(
        name: SweepNames.trial(cell: cell.name, seed: seed, digest: digest), cell: cell.name,
        seed: seed, digest: digest, stages: SweepSpecification.Stage.all(graph),
        arguments: options.words)
      trials.append(trial)
      if lowered[cell.name] == nil { lowered[cell.name] = (trialRecipe, graph) }
    }

    let names = Dictionary(
      zip(plan.cells, cells).map { ($0, $1.specification.name) }, uniquingKeysWith: { a, _ in a })
    let graph = try Lowering.lower(recipe, facts: RecipeFacts.standard(recipe.root))
    let specification = SweepSpecification(
      name: graph.run.name, title: graph.run.title, recipe: path.path, axes: plan.axes,
      gridCount: plan.gridCount, cells: cells.map(\.specification), seeds: seeds,
      reseeded: reseeded, trials: trials,
      excluded: plan.excluded.map {
        .init(assignments: Self.assignments($0.cell), reason: $0.reason)
      },
      infeasible: plan.infeasible.map { cell in
        .init(
          assignments: Self.assignments(cell.cell), control: cell.cell.control,
          findings: cell.errors.map { .init(code: $0.code.name, message: $0.message) })
      },
      duplicates: plan.duplicates.map { pair in
        .init(
          assignments: Self.assignments(pair.cell), control: pair.cell.control,
          cell: names[pair.of] ?? pair.of.text)
      },
      objective: try Self.objective(objective, recipe),
      pruning: Self.pruning(objective, recipe, graph),
      stop: Self.stop(recipe),
      budget: recipe.root.optionalRecord("sweep")?.optionalRecord("budget").map { BudgetLimits($0) }
    )
    return LoadedSweep(recipe: recipe, specification: specification, cells: lowered)
  }

  private static func cells(
    _ plan: SweepPlan
  ) -> [(cell: SweepPlan.Cell, specification: SweepSpecification.Cell)] {
    let names = SweepNames.cells(plan.cells.map { ($0.control, assignments($0)) })
    return zip(plan.cells, names).map { cell, name in
      (
        cell,
        SweepSpecification.Cell(
          name: name, isControl: cell.control != nil, assignments: assignments(cell))
      )
    }
  }

  private static func assignments(_ cell: SweepPlan.Cell) -> [SweepSpecification.Assignment] {
    cell.assignments.map { .init(parameter: $0.parameter, value: $0.value) }
  }

  /// The seed of the run, or of the first stage that has another one in every run of a cell.
  private static func firstSeed(_ recipe: CheckedRecipe, _ reseeded: [String]) throws -> UInt64 {
    let own = reseeded.first.flatMap { name in
      recipe.stages.first { $0.name == name }?.optionalInteger("seed")
    }
    return UInt64(try own ?? recipe.root.record("run").integer("seed"))
  }

  private static func objective(
    _ objective: SweepObjective, _ recipe: CheckedRecipe
  ) throws -> SweepSpecification.Objective {
    let after = try recipe.evaluations.first { $0.name == objective.evaluation }?.strings("after")
    let order = recipe.stages.map(\.name)
    let last = (after ?? []).max {
      (order.firstIndex(of: $0) ?? 0) < (order.firstIndex(of: $1) ?? 0)
    }
    return SweepSpecification.Objective(
      text: objective.text, maximizes: objective.maximizes, evaluation: objective.evaluation,
      metric: objective.metric, trainingMeasure: objective.trainingMeasure, stage: last ?? "")
  }

  private static func pruning(
    _ objective: SweepObjective, _ recipe: CheckedRecipe, _ graph: TrainingGraph
  ) -> SweepPruning? {
    guard let prune = recipe.root.optionalRecord("sweep")?.optionalRecord("prune"),
      let rule = prune.optionalString("rule").flatMap(SweepPruning.Rule.init),
      let after = prune.optionalInteger("after"), let every = prune.optionalInteger("every"),
      let eta = prune.optionalInteger("eta"), let measure = objective.trainingMeasure
    else { return nil }
    let stages = graph.nodes.compactMap { node in
      if case .update(let update) = node.operation { update.stage } else { nil }
    }
    return stages.last.map {
      SweepPruning(
        rule: rule, after: after, every: every, eta: eta, stage: $0, measure: measure,
        maximizes: objective.maximizes)
    }
  }

  private static func stop(_ recipe: CheckedRecipe) -> SweepStopRules? {
    guard let stop = recipe.root.optionalRecord("sweep")?.optionalRecord("stop"),
      let steps = stop.optionalInteger("for")
    else { return nil }
    return SweepStopRules(
      informativeGroups: stop.optionalNumber("informative_groups"),
      truncated: stop.optionalNumber("truncated"), kl: stop.optionalNumber("kl"), steps: steps)
  }

  /// The layers of the command line, and over them what makes the cell and its seed.
  private func options(
    _ cell: SweepSpecification.Cell, seed: UInt64, _ reseeded: [String]
  ) -> CheckOptions {
    var options = loading.options
    options.sweepCells = 0
    // The plan has checked the cell against the world outside; another seed finds nothing else there.
    options.facts = nil
    let assigned = Set(cell.assignments.map(\.parameter))
    options.parameters.removeAll { assigned.contains($0.name) }
    options.parameters += cell.assignments.map { ($0.parameter, $0.value) }
    let paths = reseeded.isEmpty ? ["run.seed"] : reseeded.map { "stages.\($0).seed" }
    options.settings.removeAll { paths.contains($0.path) }
    options.settings += paths.map { ($0, "\(seed)") }
    return options
  }
}

extension CheckOptions {
  /// As they are given on a command line.
  var words: [String] {
    overlays.flatMap { ["--overlay", $0] }
      + parameters.flatMap { ["--param", "\($0.name)=\($0.value)"] }
      + settings.flatMap { ["--set", "\($0.path)=\($0.value)"] }
  }
}
