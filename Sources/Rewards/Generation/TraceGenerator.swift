/// What someone who writes traces is asked for.
public struct TraceRequest: Sendable {
  /// The question, with its answer and whatever else the data know.
  public var item: DataRecord
  /// Its video or picture; nil where it has none.
  public var media: (any ItemMedia)?
  /// What the steps before have written; nil where there are none.
  public var draft: ParsedResponse?
  /// How often this item is written with this time, from 1.
  public var attempt: Int

  public init(
    item: DataRecord, media: (any ItemMedia)? = nil, draft: ParsedResponse? = nil, attempt: Int = 1
  ) {
    self.item = item
    self.media = media
    self.draft = draft
    self.attempt = attempt
  }
}

/// Someone who writes responses for a pipeline: a model far away, or a rule.
public protocol TraceGenerator: Sendable {
  /// The text of a response. Equal requests should get equal texts.
  ///
  /// - Throws: `TraceFailure` when there is none for this request, which the pipeline notes as the
  ///   reason; any other error stops the run.
  func trace(_ request: TraceRequest) async throws -> String
}

/// Why a response was not written.
public struct TraceFailure: Error, Sendable, Hashable, CustomStringConvertible {
  public let reason: String

  public init(_ reason: String) { self.reason = reason }

  public var description: String { reason }
}
