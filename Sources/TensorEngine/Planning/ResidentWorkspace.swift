/// What programs that share one workspace make resident of it, run after run.
///
/// Every run writes where its own plan puts its values, so in time the gaps of one plan are filled by
/// the others. The system hands memory out in pages: a run that writes a byte of one holds all of it.
public struct ResidentWorkspace: Sendable {
  /// Bytes of a page; a workspace lies on their borders.
  static let pageBytes = CPUMemory.hugePage

  /// Bytes that are reserved, gaps included.
  public private(set) var reservedBytes = 0
  private var pages: Set<Int> = []

  public init() {}

  /// Bytes of all pages that were written so far.
  public var bytes: Int { min(reservedBytes, pages.count * Self.pageBytes) }

  /// A run that needs more than there is gets a workspace that nobody has written.
  public mutating func add(_ run: RunFootprint) {
    if run.reservedBytes > reservedBytes {
      reservedBytes = run.reservedBytes
      pages = []
    }
    for range in run.written where !range.isEmpty {
      pages.formUnion(range.lowerBound / Self.pageBytes...(range.upperBound - 1) / Self.pageBytes)
    }
  }
}
