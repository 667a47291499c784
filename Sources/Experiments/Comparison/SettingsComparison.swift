import RecipeLanguage

/// What the recipes of several runs mean differently.
public struct SettingsComparison: Sendable {
  public struct Row: Sendable, Encodable {
    public var path: String
    /// Whether results can differ for it.
    public var changesResults: Bool
    /// As a recipe would write them, by run; nil where a run has no such setting.
    public var values: [String?]
  }

  public private(set) var rows: [Row]

  init(_ rows: [Row]) { self.rows = rows }

  /// - Parameters:
  ///   - recipes: by run, the first of which the others are compared with; nil for one that cannot be read.
  ///   - vocabulary: which kinds there are.
  public init(_ recipes: [CheckResult?], vocabulary: Vocabulary) {
    rows = []
    guard let first = recipes.first ?? nil else { return }
    var order: [String] = []
    var found: [String: Row] = [:]
    for (index, recipe) in recipes.enumerated().dropFirst() {
      guard let recipe else { continue }
      for difference in RecipeComparison(first, recipe, vocabulary: vocabulary).differences {
        if found[difference.path] == nil { order.append(difference.path) }
        var row =
          found[difference.path]
          ?? Row(
            path: difference.path, changesResults: false,
            values: recipes.map { $0 == nil ? nil : difference.old?.value })
        row.values[index] = difference.new?.value
        row.changesResults = row.changesResults || difference.changesResults
        found[difference.path] = row
      }
    }
    rows = order.compactMap { found[$0] }
  }
}
