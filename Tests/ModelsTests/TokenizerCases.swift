import Foundation
import TestSupport

/// `tokenizer_cases.json`: what the `tokenizers` library makes of hard texts.
struct TokenizerCases: Decodable {
  struct Text: Decodable {
    var text: String
    var nfc: String
    var regexPieces: [String]
    var ids: [Int]
    var decoded: String
    var decodedSkipSpecial: String
  }

  struct Decoding: Decodable {
    var ids: [Int]
    var bytes: [UInt8]?
    var decoded: String
    var decodedSkipSpecial: String
  }

  struct Chat: Decodable {
    struct Message: Decodable {
      struct Part: Decodable {
        var type: String
        var text: String?
      }

      enum Content: Decodable {
        case text(String)
        case parts([Part])

        init(from decoder: any Decoder) throws {
          let container = try decoder.singleValueContainer()
          self =
            if let text = try? container.decode(String.self) {
              .text(text)
            } else {
              .parts(try container.decode([Part].self))
            }
        }
      }

      var role: String
      var content: Content
    }

    var messages: [Message]
    var addGenerationPrompt: Bool
    var text: String
    var ids: [Int]
  }

  var specialIds: [String: Int]
  var cases: [Text]
  var decodeCases: [Decoding]
  var chatTemplate: String
  var chatCases: [Chat]

  static func load() throws -> TokenizerCases {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(TokenizerCases.self, from: Fixtures.data("tokenizer_cases.json"))
  }
}
