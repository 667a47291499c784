import Experiments
import Foundation
import RecipeLanguage
import Synchronization

/// The recipe of a run, composed again of what the run has kept: the file as written, its parents, overlays,
/// prompts and arguments. Nothing outside the run's folder is read.
struct KeptRecipe {
  let run: RunDirectory
  let result: CheckResult
  /// Files that it names and the run has not kept.
  let missing: [String]
  /// What the files are called in the run's folder, by the paths that they have in `result`.
  private let names: [String: String]

  /// Where the run's folder is for the composition. Folders that nobody knows stand above it, more than any
  /// place leads up.
  private static let folder = "/" + Array(repeating: "-", count: 64).joined(separator: "/") + "/run"
  private static let above = "/-/-/"
  private static let resolved = folder + "/" + RunFile.resolved.rawValue

  /// Nil for a run that has not kept where its files were.
  ///
  /// - Throws: `ExperimentError` for places that are damaged, and for files that cannot be read.
  init?(_ run: RunDirectory) throws {
    guard let places = try run.recipePlaces() else { return nil }
    @Sendable func path(_ place: String) -> String { Paths.resolve(place, besides: Self.resolved) }
    var options = CheckOptions()
    if let arguments = try Self.text(run.sources.appendingPathComponent(RecipePlaces.arguments)) {
      options = CheckOptions(arguments: arguments)
      options.directory = places.directory.map(path)
      options.overlays = places.overlays.compactMap { places.sources[$0] }.map(path)
    }
    // Each of its cells would be a recipe, and the run is one of them.
    options.sweepCells = 0
    var kept: [String: String] = [:]
    var names = [path(places.recipe): RunFile.recipe.rawValue]
    for (name, place) in places.sources {
      guard let text = try Self.text(run.sources.appendingPathComponent(name)) else { continue }
      kept[path(place)] = text
      names[path(place)] = "\(run.sources.lastPathComponent)/\(name)"
    }
    let absent = Absent()
    let (files, placed) = (kept, places.sources.values.sorted())
    options.read = { named in
      if let text = files[named] { return SourceFile(path: named, text: text) }
      // What was named by its absolute path.
      let place = named.hasPrefix(Self.above) ? nil : placed.first { Paths.ends(named, with: $0) }
      if let place, let text = files[path(place)] {
        return SourceFile(path: path(place), text: text)
      }
      absent.add(named)
      return SourceFile(path: named, text: "")
    }
    guard let text = try Self.text(run.url(of: .recipe)) else { return nil }
    result = RecipeChecker.check(
      text: text, path: path(places.recipe), vocabulary: .standard, options: options)
    self.run = run
    self.names = names
    missing = absent.paths.map { named in
      if let name = places.sources.first(where: { path($0.value) == named })?.key {
        return "\(run.sources.lastPathComponent)/\(name)"
      }
      return named.hasPrefix(Self.above) ? Paths.relative(named, besides: Self.resolved) : named
    }
  }

  /// Files that were asked for.
  private final class Absent: Sendable {
    private let asked = Mutex<[String]>([])
    var paths: [String] { asked.withLock { $0 } }
    func add(_ path: String) { asked.withLock { if !$0.contains(path) { $0.append(path) } } }
  }

  /// Nil where there is no such file.
  private static func text(_ file: URL) throws -> String? {
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    do throws(Diagnostic) {
      return try SourceFile.read(file.path).text
    } catch {
      throw ExperimentError.malformed(
        file: file.path, line: error.span.start.line, reason: error.message)
    }
  }

  /// Every line of the resolved recipe that the run has kept, against what the files come to; nil where they are
  /// no recipe any more, or the run has kept no resolved one.
  func comparison() throws -> ResolvedComparison? {
    guard result.recipe != nil, missing.isEmpty,
      let kept = try Self.text(run.url(of: .resolved))
    else { return nil }
    var comparison = ResolvedComparison(
      kept: kept, result, vocabulary: .standard, target: Self.resolved)
    comparison.differences = comparison.differences.map { difference in
      var difference = difference
      difference.origin = difference.origin.map(named)
      return difference
    }
    return comparison
  }

  /// What is wrong with the files, as they are called in the run's folder.
  func findings(_ style: RenderStyle) -> String {
    named(DiagnosticRenderer(files: result.files, style: style).render(result.diagnostics))
  }

  private func named(_ text: String) -> String {
    names.sorted { $0.key.utf8.count > $1.key.utf8.count }
      .reduce(text) { $0.replacing($1.key, with: $1.value) }
  }

  /// The recipe with its files where they lie for the run's folder as it stands now.
  var recipe: CheckedRecipe? {
    result.recipe?.relocated { _, path in
      guard path.hasPrefix(Self.above) else { return path }
      return Paths.resolve(
        Paths.relative(path, besides: Self.resolved),
        besides: run.url(of: .resolved).path)
    }
  }
}
