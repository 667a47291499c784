import RecipeLanguage

/// What a failed judge call means for training.
public enum JudgeFailurePolicy: String, CaseIterable, Sendable {
  /// The whole group is left out of the update.
  case dropGroup = "drop_group"
  /// The response takes no part in the normalization of the processes this reward credits.
  case abstain
  /// The reward is 0, with the failure as its reason.
  case zero
  /// Training stops with an error.
  case stop
}

/// A judge as a recipe declares it.
public struct JudgeBinding: Sendable {
  public var name: String
  public var judge: any Judge
  /// Paths of what it sees: `item.<column>`, `segment.<name>`, and `item.media`.
  public var sees: [String]
  public var onFailure: JudgeFailurePolicy
  public var emptyText: EmptyTextRule

  public init(
    name: String, judge: any Judge, sees: [String], onFailure: JudgeFailurePolicy = .dropGroup,
    emptyText: EmptyTextRule = .ask
  ) {
    self.name = name
    self.judge = judge
    self.sees = sees
    self.onFailure = onFailure
    self.emptyText = emptyText
  }

  /// Binds a judge to its entry in a recipe (`sees`, `on_failure`, `empty_text`).
  public init(name: String, judge: any Judge, settings: Record) throws {
    self.init(
      name: name, judge: judge, sees: try settings.strings("sees"),
      onFailure: try settings.choice(
        "on_failure", of: "judge `\(name)`", default: JudgeFailurePolicy.dropGroup),
      emptyText: EmptyTextRule(settings))
  }

  /// The columns of the record among what it sees.
  public var columns: [String] {
    sees.filter { $0 != Template.media }
      .compactMap { $0.hasPrefix("item.") ? String($0.dropFirst("item.".count)) : nil }
  }

  /// Whether it sees the item's video or picture.
  public var seesMedia: Bool { sees.contains(Template.media) }

  /// The segments among what it sees.
  var segments: [String] {
    sees.compactMap { $0.hasPrefix("segment.") ? String($0.dropFirst("segment.".count)) : nil }
  }

  /// The request for one response. Throws when the record has no such column.
  ///
  /// - Parameter media: of the item; nil where it has none.
  public func request(
    item: DataRecord, media: (any ItemMedia)? = nil, response: ParsedResponse
  ) throws -> JudgeRequest {
    guard !seesMedia || !item.hasMedia || media != nil else { throw unseen(Template.media) }
    return try request(response: response, media: media, column: item.text(of:))
  }

  /// The same for a record of which only texts are at hand.
  ///
  /// - Parameter column: the text of a column of the record; nil where it has none.
  public func request(
    response: ParsedResponse, media: (any ItemMedia)? = nil, column: (String) -> String?
  ) throws -> JudgeRequest {
    let fields = try sees.map { path -> JudgeRequest.Field in
      if path == Template.media { return JudgeRequest.Field(path: path, text: media?.name ?? "") }
      let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
      let text: String?
      switch (parts.first, parts.last) {
      case ("item"?, let name?) where parts.count == 2: text = column(name)
      case ("segment"?, let name?) where parts.count == 2: text = response.segment(name)?.trimmed
      default: text = nil
      }
      guard let text else { throw unseen(path) }
      return JudgeRequest.Field(path: path, text: text)
    }
    return JudgeRequest(judge: name, fields: fields, media: seesMedia ? media : nil)
  }

  private func unseen(_ path: String) -> RewardError {
    .setting(owner: "judge `\(name)`", key: "sees", message: "there is no `\(path)` to show it")
  }
}
