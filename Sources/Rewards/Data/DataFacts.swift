import RecipeLanguage

/// What can be known of a data set before anything runs. A kind of data provides it for its own
/// records; nothing here throws, and nothing is read before it is asked for.
public protocol DataFacts: Sendable {
  func recordCount() -> Fact<Int>
  func columns() -> Fact<[String: ColumnFacts]>
  /// At most `limit` records, the same ones each time; those that cannot be used are left out.
  func sample(_ limit: Int) -> Fact<[DataRecord]>
  /// One text per item that is equal for equal questions about equal media.
  func itemDigests() -> Fact<Set<String>>
  /// Share of items answered right in an earlier measurement.
  func passRate() -> Fact<Double>
  /// What tells apart equal entries that mean other records, such as those of an older version of the program; nil
  /// where an entry says it all.
  var version: String? { get }
  /// Pixels of the largest frame before resizing; nil where only the media know.
  var framePixels: Int? { get }
  /// Whether any record can have a video or a picture.
  var hasMedia: Bool { get }
}

extension DataFacts {
  public var hasMedia: Bool { true }
}

extension DataFacts {
  public var version: String? { nil }
}
