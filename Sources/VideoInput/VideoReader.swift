import CFFmpeg
import Foundation

/// What a file may hold before it is refused, so that a hostile or mistaken file costs an error and not the machine.
public struct VideoLimits: Sendable, Hashable {
  public var pixelsPerFrame: Int
  public var frames: Int
  /// Pixels of all sampled frames together.
  public var sampledPixels: Int

  public init(
    pixelsPerFrame: Int = 8192 * 4320, frames: Int = 2_000_000, sampledPixels: Int = 1 << 30
  ) {
    self.pixelsPerFrame = pixelsPerFrame
    self.frames = frames
    self.sampledPixels = sampledPixels
  }
}

/// The frames that a sampler picked from a file.
public struct SampledVideo: Sendable, Equatable {
  public var frames: [Frame]
  /// The place of each frame in the file, counted from 0.
  public var indices: [Int]
  /// Seconds of video that one sampled frame stands for, on average; 0 for an image.
  public var secondsPerFrame: Double
  /// Seconds.
  public var duration: Double
  /// Frames in the file.
  public var frameCount: Int
  public var isImage: Bool
}

/// Reads video files, and still images as videos of one frame, through FFmpeg's libraries.
public enum VideoReader {
  /// The frames of `url` that `sampler` picks. A file that cannot give exactly these is a `VideoError`, never another sample.
  public static func frames(
    of url: URL, sampler: FrameSampler, limits: VideoLimits = VideoLimits()
  ) throws -> SampledVideo {
    let probe = try MediaFile(url, limits: limits)
    if probe.isImage { return try image(probe) }
    let rate = probe.frameRate
    let total = try probe.countFrames(limits: limits)
    guard total > 0 else { throw VideoError.tooFewFrames(path: url.path, found: 0, needed: 1) }
    guard rate > 0, rate.isFinite else {
      throw VideoError.decodeFailed(path: url.path, reason: "it states no frame rate")
    }
    let count = sampler.count(total: total, frameRate: rate)
    guard total >= count else {
      throw VideoError.tooFewFrames(path: url.path, found: total, needed: count)
    }
    let indices: [Int]
    if case .adaptive = sampler {
      let changes = try changes(url, total: total, limits: limits)
      indices = FrameSampler.indices(changes: changes, count: count)
    } else {
      indices = FrameSampler.indices(total: total, count: count)
    }
    let duration = Double(total) / rate
    return SampledVideo(
      frames: try decode(url, indices: indices, total: total, limits: limits), indices: indices,
      secondsPerFrame: duration / Double(count), duration: duration, frameCount: total,
      isImage: false)
  }

  private static func image(_ file: MediaFile) throws -> SampledVideo {
    let converter = FrameConverter()
    var frame: Frame?
    try file.forEachFrame { _, picture in
      frame = converter.frame(from: picture)
      return false
    }
    guard let frame else {
      throw VideoError.decodeFailed(path: file.path, reason: "no picture came out of it")
    }
    return SampledVideo(
      frames: [frame], indices: [0], secondsPerFrame: 0, duration: 0, frameCount: 1, isImage: true)
  }

  /// The change of every frame after the first. Decodes all of the video.
  private static func changes(_ url: URL, total: Int, limits: VideoLimits) throws -> [Int] {
    let file = try MediaFile(url, limits: limits)
    let converter = FrameConverter()
    var change = PictureChange()
    try file.forEachFrame { index, picture in
      guard let frame = converter.frame(from: picture) else {
        throw VideoError.decodeFailed(
          path: url.path, reason: "frame \(index) has a pixel format that cannot be converted")
      }
      change.append(frame)
      return change.frameCount < total
    }
    guard change.frameCount == total else {
      throw VideoError.decodeFailed(
        path: url.path, reason: "only some of its \(total) frames come out of the decoder")
    }
    return change.steps
  }

  private static func decode(
    _ url: URL, indices: [Int], total: Int, limits: VideoLimits
  ) throws -> [Frame] {
    let file = try MediaFile(url, limits: limits)
    let converter = FrameConverter()
    var frames: [Frame] = []
    var pixels = 0
    try file.forEachFrame { index, picture in
      guard index == indices[frames.count] else { return true }
      pixels += Int(picture.pointee.width) * Int(picture.pointee.height)
      guard pixels <= limits.sampledPixels else {
        throw VideoError.tooLarge(
          path: url.path, found: "\(indices.count) sampled frames of this size",
          limit: "\(limits.sampledPixels) pixels in all")
      }
      guard let frame = converter.frame(from: picture) else {
        throw VideoError.decodeFailed(
          path: url.path, reason: "frame \(index) has a pixel format that cannot be converted")
      }
      frames.append(frame)
      return frames.count < indices.count
    }
    guard frames.count == indices.count else {
      throw VideoError.decodeFailed(
        path: url.path, reason: "only some of its \(total) frames come out of the decoder")
    }
    return frames
  }
}
