/// What can go wrong between a media file and the patches of a model. Every case names the file it is about.
public enum VideoError: Error, Equatable, Sendable {
  case cannotOpen(path: String, reason: String)
  case empty(path: String)
  case noVideoStream(path: String)
  case tooFewFrames(path: String, found: Int, needed: Int)
  case decodeFailed(path: String, reason: String)
  case tooLarge(path: String, found: String, limit: String)
  case unusableSize(width: Int, height: Int, reason: String)
  case encodeFailed(path: String, reason: String)
}

extension VideoError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason):
      "cannot open '\(path)': \(reason)"
    case .empty(let path):
      "'\(path)' is an empty file"
    case .noVideoStream(let path):
      "'\(path)' has no picture in it: no video stream was found"
    case .tooFewFrames(let path, let found, let needed):
      "'\(path)' has \(found) frame\(found == 1 ? "" : "s"), but \(needed) are to be sampled from it"
    case .decodeFailed(let path, let reason):
      "'\(path)' does not decode: \(reason)"
    case .tooLarge(let path, let found, let limit):
      "'\(path)' is beyond the limits: \(found), at most \(limit) are allowed"
    case .unusableSize(let width, let height, let reason):
      "frames of \(width)x\(height) pixels cannot be used: \(reason)"
    case .encodeFailed(let path, let reason):
      "cannot write '\(path)': \(reason)"
    }
  }
}
