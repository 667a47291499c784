import Synchronization

/// Facts for the checks of one recipe. What is unknown is written down, so that the checker can say
/// once which checks it had to skip.
public final class FactLedger: Sendable {
  /// Where facts come from.
  private let source: (any FactSource)?
  private let skipped = Mutex<[String: Set<DiagnosticCode>]>([:])

  /// Without a source nobody asked for checks that need facts, and none is reported as skipped.
  public init(_ source: (any FactSource)?) { self.source = source }

  /// The fact, or nil after noting that the check of `code` goes without.
  public func ask<Value>(
    for code: DiagnosticCode, _ question: (any FactSource) -> Fact<Value>
  ) -> Value? {
    guard let source else { return nil }
    switch question(source) {
    case .known(let value): return value
    case .unknown(let reason):
      skipped.withLock { _ = $0[reason, default: []].insert(code) }
      return nil
    case .inapplicable: return nil
    }
  }

  /// The fact, or nil, for a check that does with less where it is unknown.
  public func known<Value>(_ question: (any FactSource) -> Fact<Value>) -> Value? {
    guard let source, case .known(let value) = question(source) else { return nil }
    return value
  }

  /// Skipped checks by reason.
  var misses: [(reason: String, codes: [DiagnosticCode])] {
    skipped.withLock { $0 }.sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.sorted { $0.number < $1.number }) }
  }
}
