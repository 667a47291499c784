import RecipeLanguage
import Rewards

/// A request in which media are known by what they show, whoever keeps the file and wherever it is.
struct SeenRequest: Sendable {
  let request: JudgeRequest
  /// Nil where there is nothing to see, and where the file is gone but the tape remembers it.
  let shown: ShownMedia?

  /// Looks at the media of a request, if it has any.
  ///
  /// - Parameters:
  ///   - judge: for errors.
  ///   - tape: is told the digest, and asked for it where the file is gone.
  /// - Throws: `JudgeFailure` with cause `media` for a file of no use, `JudgeError.media` for one that is not
  ///   there.
  init(_ request: JudgeRequest, judge: String, tape: JudgeTape?, isOffline: Bool) throws {
    guard let media = request.media, request[Template.media] != nil else {
      self.request = request
      shown = nil
      return
    }
    do {
      let shown = try media.shown()
      if let tape, !isOffline { try tape.note(media: media.name, digest: shown.digest) }
      self.shown = shown
      self.request = request.naming(media: shown.digest)
    } catch let failure as MediaFailure {
      guard failure.isMissing else {
        throw JudgeFailure(.media, failure.message, isFinal: true)
      }
      guard isOffline, let digest = try tape?.digest(ofMedia: media.name) else {
        throw JudgeError.media(judge: judge, message: failure.message)
      }
      shown = nil
      self.request = request.naming(media: digest)
    }
  }

  /// What is shown where the question has a place for media.
  ///
  /// - Throws: `JudgeFailure` with cause `media` where only the digest is at hand.
  func media(for question: JudgeQuestion) throws -> ShownMedia? {
    if shown == nil, question.parts.contains(.media), request[Template.media]?.isEmpty == false {
      throw JudgeFailure(
        .media, "its pictures are not at hand, and the tape knows no answer about them",
        isFinal: true)
    }
    return shown
  }
}

extension JudgeRequest {
  /// The same with other words for its media.
  fileprivate func naming(media: String) -> JudgeRequest {
    JudgeRequest(
      judge: judge,
      fields: fields.map { $0.path == Template.media ? Field(path: $0.path, text: media) : $0 })
  }
}
