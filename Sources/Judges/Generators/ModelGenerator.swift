import RecipeLanguage
import Rewards

/// A language model that writes responses, asked as judges are: with the same manners and from the same
/// tape, so that a pipeline can be repeated offline. It sees what its prompt shows: texts, and the item's media.
public struct ModelGenerator: TraceGenerator {
  private let name: String
  /// What the holes of the prompt show, each once.
  private let shows: [String]
  private let model: ModelJudge

  init(name: String, shows: [String], model: ModelJudge) {
    self.name = name
    self.shows = shows
    self.model = model
  }

  /// What the model writes, without blanks around it.
  ///
  /// - Throws: `TraceFailure` where the model gave no answer after all attempts to get one;
  ///   `JudgeError` when something is wrong; `RewardError.setting` for a column that the item lacks.
  public func trace(_ request: TraceRequest) async throws -> String {
    var fields = try shows.map { path in
      JudgeRequest.Field(path: path, text: try text(of: path, request))
    }
    // Another attempt is another question, to the tape as well.
    if request.attempt > 1 {
      fields.append(JudgeRequest.Field(path: "attempt", text: "\(request.attempt)"))
    }
    do {
      let media = shows.contains(Template.media) ? request.media : nil
      return try await model.verdict(JudgeRequest(judge: name, fields: fields, media: media))
        .explanation
    } catch let failure as JudgeFailure {
      throw TraceFailure("\(failure)")
    }
  }

  private func text(of path: String, _ request: TraceRequest) throws -> String {
    let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
    let text: String? =
      switch (parts.first, parts.last) {
      case _ where path == Template.media:
        request.item.hasMedia ? request.media?.name : ""
      case ("item"?, let column?) where parts.count == 2: request.item.text(of: column)
      case ("segment"?, let segment?) where parts.count == 2:
        request.draft?.segment(segment)?.trimmed
      default: nil
      }
    guard let text else {
      throw RewardError.setting(
        owner: "generator `\(name)`", key: "prompt", message: "there is no `\(path)` to show it")
    }
    return text
  }
}
