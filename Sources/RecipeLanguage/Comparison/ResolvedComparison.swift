/// Compares a resolved recipe that somebody has kept with what its sources come to, line by line.
public struct ResolvedComparison: Sendable, Equatable {
  public struct Difference: Sendable, Equatable {
    /// `stages.rl.steps`
    public var path: String
    /// In the kept text, from 1; nil for what it does not have.
    public var line: Int?
    public var kept: String?
    public var composed: String?
    /// Where the composed value comes from: `recipe/base.yaml:31:20`, an argument, or the default of the edition.
    public var origin: String?
  }

  /// Lines that are equal.
  public private(set) var equal = 0
  /// In the order of the kept text; what only the composed recipe has comes last.
  public var differences: [Difference] = []

  /// - Parameters:
  ///   - kept: the resolved recipe as it was written.
  ///   - result: of checking its sources.
  ///   - target: the file it was written for.
  public init(kept: String, _ result: CheckResult, vocabulary: Vocabulary, target: String) {
    guard let recipe = result.recipe else { return }
    let old = ResolvedText(kept).lines
    let new = ResolvedText(
      ResolvedRecipe(recipe, vocabulary: vocabulary, target: target).yaml
    ).lines
    let places = Dictionary(new.enumerated().map { ($1.path, $0) }) { first, _ in first }
    var seen: Set<Int> = []
    var last = -1
    for line in old {
      guard let index = places[line.path], seen.insert(index).inserted else {
        differences.append(
          Difference(path: line.path, line: line.number, kept: line.value))
        continue
      }
      let setting = recipe.setting(at: line.path)
      if index < last {
        // Segments, for one, must appear in the order they are declared in.
        differences.append(
          Difference(
            path: line.path, line: line.number, kept: "after \(new[last].path)",
            composed: "before it", origin: setting.map { result.origin(of: $0) }))
      } else if line.value == new[index].value || Self.isPlace(setting, line.value) {
        equal += 1
      } else {
        differences.append(Self.difference(line, new[index].value, setting, result))
      }
      last = max(last, index)
    }
    for (index, line) in new.enumerated() where !seen.contains(index) {
      let origin = recipe.setting(at: line.path).map { result.origin(of: $0) }
      differences.append(Difference(path: line.path, composed: line.value, origin: origin))
    }
  }

  /// Whether a setting is an absolute path to the place that is kept as a relative one: how far up that leads is
  /// known only where it was written.
  private static func isPlace(_ setting: Setting?, _ kept: String) -> Bool {
    guard case .path(.file(let written, let resolved))? = setting?.value, written.hasPrefix("/")
    else { return false }
    return Paths.ends(resolved, with: ResolvedText.unquoted(kept))
  }

  /// Of long texts with many lines only the first that differs is shown, with its place in the file of a prompt.
  private static func difference(
    _ line: ResolvedText.Line, _ composed: String, _ setting: Setting?, _ result: CheckResult
  ) -> Difference {
    var difference = Difference(
      path: line.path, line: line.number, kept: line.value, composed: composed,
      origin: setting.map { result.origin(of: $0) })
    guard case .template(let template)? = setting?.value else { return difference }
    let old = ResolvedText.unquoted(line.value).split(
      separator: "\n", omittingEmptySubsequences: false)
    let new = template.text.split(separator: "\n", omittingEmptySubsequences: false)
    let index = (0..<max(old.count, new.count)).first { index in
      index >= old.count || index >= new.count || old[index] != new[index]
    }
    guard let index else { return difference }
    difference.kept = index < old.count ? String(old[index]) : nil
    difference.composed = index < new.count ? String(new[index]) : nil
    if let setting, template.span.path != setting.span.path {
      difference.origin = "\(template.span.path):\(index + 1)"
    }
    return difference
  }
}
