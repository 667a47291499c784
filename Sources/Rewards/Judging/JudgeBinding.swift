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
  /// Paths of the texts it sees: `item.<column>` and `segment.<name>`.
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
    sees.compactMap { $0.hasPrefix("item.") ? String($0.dropFirst("item.".count)) : nil }
  }

  /// The segments among what it sees.
  var segments: [String] {
    sees.compactMap { $0.hasPrefix("segment.") ? String($0.dropFirst("segment.".count)) : nil }
  }

  /// The request for one response. Throws when the record has no such column.
  public func request(item: DataRecord, response: ParsedResponse) throws -> JudgeRequest {
    try request(response: response, column: item.text(of:))
  }

  /// The same for a record of which only texts are at hand.
  ///
  /// - Parameter column: the text of a column of the record; nil where it has none.
  public func request(
    response: ParsedResponse, column: (String) -> String?
  ) throws -> JudgeRequest {
    let fields = try sees.map { path -> JudgeRequest.Field in
      let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
      let text: String?
      switch (parts.first, parts.last) {
      case ("item"?, let name?) where parts.count == 2: text = column(name)
      case ("segment"?, let name?) where parts.count == 2: text = response.segment(name)?.trimmed
      default: text = nil
      }
      guard let text else {
        throw RewardError.setting(
          owner: "judge `\(name)`", key: "sees", message: "there is no `\(path)` to show it")
      }
      return JudgeRequest.Field(path: path, text: text)
    }
    return JudgeRequest(judge: name, fields: fields)
  }
}
