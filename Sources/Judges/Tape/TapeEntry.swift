/// One thing that a tape knows: a line of `answers.jsonl`, in which a run keeps what it was told, so that it can
/// be repeated where its tape is not.
public enum TapeEntry: Sendable, Hashable {
  case answer(TapeAnswer)
  case failure(TapeFailure)
  /// What was in the folder of a model that this program runs itself.
  case model(TapeDigest)
  /// What was shown of an item's media.
  case media(TapeDigest)
}

/// Something that is known by its contents.
public struct TapeDigest: Sendable, Hashable, Codable {
  public var name: String
  public var digest: String
}

/// `{"answer": …}`, `{"failure": …}`, `{"model": …}` or `{"media": …}`.
extension TapeEntry: Codable {
  private enum CodingKeys: String, CodingKey { case answer, failure, model, media }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch container.allKeys.first {
    case .answer?: self = .answer(try container.decode(TapeAnswer.self, forKey: .answer))
    case .failure?: self = .failure(try container.decode(TapeFailure.self, forKey: .failure))
    case .model?: self = .model(try container.decode(TapeDigest.self, forKey: .model))
    case .media?: self = .media(try container.decode(TapeDigest.self, forKey: .media))
    case nil:
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription: "it is no answer, failure, model or media"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .answer(let answer): try container.encode(answer, forKey: .answer)
    case .failure(let failure): try container.encode(failure, forKey: .failure)
    case .model(let model): try container.encode(model, forKey: .model)
    case .media(let media): try container.encode(media, forKey: .media)
    }
  }
}
