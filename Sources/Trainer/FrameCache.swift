import Foundation
import Synchronization
import VideoInput

/// Decoded frames that are kept between steps, up to a limit.
final class FrameCache: Sendable {
  /// Bytes that are kept.
  static let limit = 512 << 20

  private let kept = Mutex<(frames: [URL: SampledVideo], bytes: Int)>(([:], 0))

  /// The frames that a sampler takes of a file.
  ///
  /// - Throws: `VideoError` naming the file.
  func frames(of url: URL, _ sampler: FrameSampler) throws -> SampledVideo {
    if let known = kept.withLock({ $0.frames[url] }) { return known }
    let decoded = try VideoReader.frames(of: url, sampler: sampler)
    let bytes = decoded.frames.reduce(0) { $0 + $1.rgb.count }
    kept.withLock { kept in
      guard kept.frames[url] == nil, kept.bytes + bytes <= Self.limit else { return }
      kept.frames[url] = decoded
      kept.bytes += bytes
    }
    return decoded
  }
}
