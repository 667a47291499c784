import RecipeLanguage
import Rewards
import Synchronization

/// Facts of data whose records get passages: the same records with theirs.
public final class RetrievingFacts: DataFacts {
  private let data: any DataFacts
  private let make: @Sendable () throws -> PassageRetrieval
  private let made = Mutex<Result<PassageRetrieval, Missing>?>(nil)

  /// Why there are none; completes "skipped, because …".
  private struct Missing: Error { let reason: String }

  /// - Parameter make: reads the collection; asked once, when passages are first needed.
  public init(_ data: any DataFacts, make: @escaping @Sendable () throws -> PassageRetrieval) {
    self.data = data
    self.make = make
  }

  public var framePixels: Int? { data.framePixels }
  public var hasMedia: Bool { data.hasMedia }
  public var version: String? { data.version }
  public func recordCount() -> Fact<Int> { data.recordCount() }
  public func itemDigests() -> Fact<Set<String>> { data.itemDigests() }
  public func passRate() -> Fact<Double> { data.passRate() }

  public func columns() -> Fact<[String: ColumnFacts]> {
    guard case .known(var columns) = data.columns() else { return data.columns() }
    columns["passages"] = ColumnFacts(.text)
    return .known(columns)
  }

  public func sample(_ limit: Int) -> Fact<[DataRecord]> {
    guard case .known(let records) = data.sample(limit) else { return data.sample(limit) }
    do {
      return .known(try retrieval().adding(to: records))
    } catch let missing as Missing {
      return .unknown(missing.reason)
    } catch {
      return .unknown("\(error)")
    }
  }

  private func retrieval() throws -> PassageRetrieval {
    try made.withLock { known in
      if let known { return try known.get() }
      let result = Result { try make() }.mapError { Missing(reason: "\($0)") }
      known = result
      return try result.get()
    }
  }
}
