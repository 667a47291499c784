import RecipeLanguage
import Rewards

/// What is known of a world before it is rendered: nearly everything.
public struct ClipWorldFacts: DataFacts {
  private let settings: ClipWorldSettings
  /// Items compared with those of other worlds; their first ones already tell whether two overlap.
  private static let compared = 50_000

  /// Nil when the entry is in error.
  public init?(_ record: Record) {
    guard let settings = try? ClipWorldDataKind.settings(record) else { return nil }
    self.settings = settings
  }

  public var framePixels: Int? { Scene.size * Scene.size }

  /// The entries of most worlds mean what they always meant.
  public var version: String? {
    settings.version == 1 ? nil : "clipworld \(settings.version)"
  }

  public func recordCount() -> RecipeLanguage.Fact<Int> { .known(settings.clips) }

  public func columns() -> RecipeLanguage.Fact<[String: ColumnFacts]> {
    let families = Set(settings.families)
    let tasks = Set(families.compactMap { QuestionFamilies.named($0)?.problemType })
    let texts = [
      "problem_id", "problem", "solution", "answer", "path", "observation", "process", "output",
      "objects", "true_observation", "trace_answer", "scene",
    ]
    var columns = Dictionary(uniqueKeysWithValues: texts.map { ($0, ColumnFacts(.text)) })
    if families.contains(KnowledgeFamily().name) { columns["outside_fact"] = ColumnFacts(.text) }
    columns["options"] = ColumnFacts(.list)
    columns["spans"] = ColumnFacts(.list)
    columns["question"] = ColumnFacts(.mixed)
    columns["family"] = ColumnFacts(.text, values: families.sorted())
    columns["problem_type"] = ColumnFacts(.text, values: tasks.sorted())
    let isStill = families.map { QuestionFamilies.named($0)?.film.isStill ?? false }
    columns["data_type"] = ColumnFacts(
      .text, values: Set(isStill.map { $0 ? "image" : "video" }).sorted())
    columns["data_source"] = ColumnFacts(
      .text, values: ["clipworld/\(settings.split.rawValue)"])
    return .known(columns)
  }

  public func sample(_ limit: Int) -> RecipeLanguage.Fact<[DataRecord]> {
    var settings = settings
    settings.clips = max(1, min(limit, settings.clips))
    guard let records = try? ClipWorldGenerator.records(settings) else {
      return .unknown("the world of split \(settings.split.rawValue) cannot be made")
    }
    return .known(records)
  }

  /// A clip follows from the split, the seed, its place, its family and the number of distractors.
  public func itemDigests() -> RecipeLanguage.Fact<Set<String>> {
    let world = "clipworld/\(settings.split.rawValue)/\(settings.seed)/\(settings.distractors)"
    let families = settings.families
    return .known(
      Set(
        (0..<min(settings.clips, Self.compared)).map { index in
          "\(world)/\(index)/\(families[index % families.count])"
        }))
  }

  public func passRate() -> RecipeLanguage.Fact<Double> { .inapplicable }
}
