import Foundation
import Models
import Rewards
import Synchronization
import TrainingGraph
import VideoInput

/// The video or the picture of a record, for judges and generators that see it: the frames that the policy sees,
/// resized as for the policy.
final class SampledMedia: ItemMedia {
  let name: String
  private let file: URL
  private let frames: @Sendable () throws -> SampledVideo
  private let processor: FrameProcessor
  /// While somebody looks at it, the others who ask see the same.
  private let current = Mutex(Current())

  private struct Current: Sendable {
    weak var shown: ShownMedia?
  }

  /// - Parameters:
  ///   - record: whose path and source name the media, wherever their folder is.
  ///   - file: the media.
  ///   - frames: decodes them; throws `VideoError` or `TrainerError.otherMedia`.
  init(
    _ record: DataRecord, _ file: URL, _ video: VideoSpecification,
    frames: @escaping @Sendable () throws -> SampledVideo
  ) {
    self.file = file
    self.frames = frames
    processor = video.processor
    name = Self.name(record, video)
  }

  static func name(_ record: DataRecord, _ video: VideoSpecification) -> String {
    let path = record.dataSource.isEmpty ? record.path : "\(record.dataSource)/\(record.path)"
    return
      "\(path), \(video.frames) frames \(video.sampling) of \(video.minimumPixels) to "
      + "\(video.maximumPixels) px"
  }

  func shown() throws -> ShownMedia {
    try current.withLock { current in
      if let shown = current.shown { return shown }
      let shown: ShownMedia
      do {
        shown = try look()
      } catch let error as VideoError {
        throw MediaFailure(
          "\(error)", isMissing: !FileManager.default.isReadableFile(atPath: file.path))
      } catch let error as TrainerError {
        throw MediaFailure("\(error)", isMissing: false)
      }
      current.shown = shown
      return shown
    }
  }

  private func look() throws -> ShownMedia {
    let video = try frames()
    let secondsPerFrame = video.frameCount > 0 ? video.duration / Double(video.frameCount) : 0
    let pictures = try zip(video.frames, video.indices).map { frame, index in
      let frame = try processor.resized(frame)
      return ShownMedia.Picture(
        width: frame.width, height: frame.height, rgb: frame.rgb,
        seconds: video.isImage ? nil : secondsPerFrame * Double(index))
    }
    return ShownMedia(
      pictures: pictures, secondsPerPicture: video.isImage ? nil : video.secondsPerFrame,
      digest: Self.digest(pictures, secondsPerPicture: video.isImage ? 0 : video.secondsPerFrame))
  }

  private static func digest(
    _ pictures: [ShownMedia.Picture], secondsPerPicture: Double
  ) -> String {
    var bytes = Data("pictures \(pictures.count) \(secondsPerPicture)\n".utf8)
    for picture in pictures {
      bytes += Data(
        "\(picture.width) \(picture.height) \(picture.seconds.map { "\($0)" } ?? "still")\n".utf8)
      bytes += picture.rgb
    }
    return Digest.sha256(bytes)
  }
}
