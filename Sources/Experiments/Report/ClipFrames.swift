import Foundation
import VideoInput

/// One frame of a clip, ready for a page.
public struct ReportFrame: Sendable {
  /// A PNG file.
  public var png: Data
  /// Its place in the clip.
  public var seconds: Double

  public init(png: Data, seconds: Double) {
    self.png = png
    self.seconds = seconds
  }
}

/// Where the report gets a clip's frames from.
public struct ClipFrames: Sendable {
  /// The frames of the file, evenly spread over it, small enough for a page.
  public var load: @Sendable (URL) throws -> [ReportFrame]

  public init(load: @escaping @Sendable (URL) throws -> [ReportFrame]) { self.load = load }

  /// Frames decoded from the file itself: `count` of them, at most `width` pixels wide.
  public static func decoded(count: Int = 8, width: Int = 160) -> ClipFrames {
    ClipFrames { url in
      let video = try VideoReader.frames(of: url, sampler: .uniform(count: count))
      return try zip(video.frames, video.indices).map { frame, index in
        let seconds =
          video.frameCount > 1
          ? video.duration * Double(index) / Double(video.frameCount) : 0
        return ReportFrame(
          png: try Thumbnail.of(frame, width: width).pngData(), seconds: seconds)
      }
    }
  }
}
