/// The stable name of a kind of finding. The number says what, never how bad; it is never reused.
public struct DiagnosticCode: Sendable, Hashable {
  public let number: Int
  public let slug: String
  /// One sentence for the catalogue.
  public let summary: String
  /// What `sousvide explain` says beyond the summary.
  public let explanation: Explanation?

  public init(
    _ number: Int, _ slug: String, _ summary: String, _ explanation: Explanation? = nil
  ) {
    self.number = number
    self.slug = slug
    self.summary = summary
    self.explanation = explanation
  }

  /// `SV2001`.
  public var name: String { "SV\(number)" }

  public static func == (a: DiagnosticCode, b: DiagnosticCode) -> Bool { a.number == b.number }
  public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}
