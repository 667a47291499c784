import Rewards

/// A piece of a question to a chat model: text, or the pictures of an item's media.
public enum ChatPart: Sendable, Hashable {
  case text(String)
  case media(ShownMedia)
}

extension [ChatPart] {
  /// The text alone.
  public var text: String {
    compactMap { if case .text(let text) = $0 { text } else { nil } }.joined()
  }

  /// What is shown besides the text.
  var media: [ShownMedia] {
    compactMap { if case .media(let media) = $0 { media } else { nil } }
  }
}
