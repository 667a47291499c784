import Foundation
import Rewards
import VideoInput

/// A piece of a question as it goes over a network: a text, or one picture as a file.
enum ChatBlock: Sendable, Hashable {
  case text(String)
  /// A JPEG file in base 64.
  case picture(String)

  /// The media type of pictures.
  static let mediaType = "image/jpeg"

  /// A question in pieces. Each frame of a video comes after its time ("1.5 s"), so that an answer can say when
  /// something happens; a still picture has none. Text of blanks alone is left out: services refuse it.
  ///
  /// - Throws: `VideoError.encodeFailed`.
  static func blocks(_ parts: [ChatPart]) throws -> [ChatBlock] {
    try parts.flatMap { part -> [ChatBlock] in
      switch part {
      case .text(let text): return text.allSatisfy(\.isWhitespace) ? [] : [.text(text)]
      case .media(let media):
        return try media.pictures.flatMap { picture -> [ChatBlock] in
          let file = try Frame(
            width: picture.width, height: picture.height, rgb: picture.rgb
          ).jpegData()
          let block = ChatBlock.picture(file.base64EncodedString())
          guard let seconds = picture.seconds else { return [block] }
          return [.text(time(seconds)), block]
        }
      }
    }
  }

  /// Seconds with one decimal.
  static func time(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) s"
  }
}

extension ChatRequest {
  /// The content of the user's message: its text, or a list of pieces where pictures are among them.
  ///
  /// - Parameter picture: a picture as the service wants it in such a list; texts are the same everywhere.
  /// - Throws: `VideoError.encodeFailed`.
  func content(picture: (_ base64: String) -> JSONValue) throws -> JSONValue {
    guard !user.media.isEmpty else { return .string(user.text) }
    return .array(
      try ChatBlock.blocks(user).map { block in
        switch block {
        case .text(let text): .object(["type": .string("text"), "text": .string(text)])
        case .picture(let base64): picture(base64)
        }
      })
  }

  /// The same without its pictures.
  var withoutPictures: ChatRequest {
    var request = self
    request.user = [.text(user.text)]
    return request
  }

  /// About how many tokens its pictures are: one for 750 pixels, as Anthropic counts them; Qwen2.5-VL and its
  /// relatives have a few less.
  var pictureTokens: Int {
    user.media.flatMap(\.pictures).reduce(0) {
      $0 + ($1.width * $1.height + Self.pixelsPerToken - 1) / Self.pixelsPerToken
    }
  }

  private static var pixelsPerToken: Int { 750 }
}
