import Foundation
import RecipeLanguage
import TrainingGraph

/// Reads, checks and lowers a recipe, telling what is wrong with it.
struct RecipeLoading {
  let console: Console
  /// Overlays, params and settings of the command line.
  var options = CheckOptions.standard
  /// Whether warnings are printed. What a run keeps of its recipe has been warned of when it started.
  var showsWarnings = true

  /// The checked recipe; nil after its errors have been printed.
  func check(_ path: PathArgument) -> (recipe: CheckedRecipe?, result: CheckResult) {
    let result = result(of: path)
    if !result.diagnostics.isEmpty, showsWarnings || result.recipe == nil {
      let renderer = DiagnosticRenderer(files: result.files, style: console.renderStyle)
      console.error(renderer.render(result.diagnostics))
    }
    return (result.recipe, result)
  }

  /// What checking finds; nothing is printed.
  func result(of path: PathArgument) -> CheckResult {
    do {
      let file = try path.readRecipe()
      return RecipeChecker.check(
        text: file.text, path: file.path, vocabulary: .standard, options: options)
    } catch {
      return CheckResult(unreadable: error)
    }
  }

  /// The same after its fixes; nothing is written.
  func mended(_ path: PathArgument, includeUnsafe: Bool) -> RecipeFixer.Outcome {
    do {
      return RecipeFixer.fix(
        try path.readRecipe(), vocabulary: .standard, options: options,
        includeUnsafe: includeUnsafe)
    } catch {
      return RecipeFixer.Outcome(result: CheckResult(unreadable: error))
    }
  }

  /// Whether this program and the files at hand are enough to run a recipe; says what is missing.
  ///
  /// - Parameter isOffline: whether nobody asks judges and generators.
  func canRun(_ recipe: CheckedRecipe, isOffline: Bool = false) -> Bool {
    let asked = isOffline ? [] : recipe.judges + recipe.generators
    return has(
      recipe.missing.map(\.refusal) + MissingFiles.find(in: recipe)
        + LocalModelFiles.problems(of: asked) + RunRequirements.missing(in: recipe), recipe)
  }

  /// The same of evaluating a checkpoint: nothing is trained or written there.
  func canEvaluate(_ recipe: CheckedRecipe, isOffline: Bool) -> Bool {
    let idle = ["stages.", "generators."]
    let needed = recipe.missing.filter { missing in !idle.contains { missing.path.hasPrefix($0) } }
    return has(
      needed.map(\.refusal) + LocalModelFiles.problems(of: isOffline ? [] : recipe.judges)
        + RunRequirements.missing(in: recipe), recipe)
  }

  /// Whether nothing is missing; says what is.
  private func has(_ missing: [Diagnostic], _ recipe: CheckedRecipe) -> Bool {
    guard !missing.isEmpty else { return true }
    console.error(
      DiagnosticRenderer(files: recipe.files, style: console.renderStyle).render(missing))
    return false
  }

  /// The training graph; nil after the recipe's errors have been printed.
  func graph(_ path: PathArgument) throws -> (recipe: CheckedRecipe, graph: TrainingGraph)? {
    guard let recipe = check(path).recipe else { return nil }
    return (recipe, try Lowering.lower(recipe, facts: RecipeFacts.standard(recipe.root)))
  }
}

extension PathArgument {
  /// `-` is standard input.
  var isStandardInput: Bool { path == "-" }

  /// - Throws: a `Diagnostic` when there is no such file, or it is no text.
  func readRecipe() throws(Diagnostic) -> SourceFile {
    guard isStandardInput else { return try SourceFile.read(path) }
    let data = try? FileHandle.standardInput.readToEnd()
    return try SourceFile.decode([UInt8](data ?? Data()), path: "<stdin>")
  }
}
