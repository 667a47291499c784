import CFFmpeg

/// FFmpeg's libraries as they are on this machine, and which of the codecs that recipes need they have.
public struct MediaLibraries: Sendable, Hashable {
  /// A codec that recipes need, one way or the other.
  public enum Codec: String, Sendable, CaseIterable {
    /// Of almost every video.
    case h264
    /// Of pictures, and of the frames that judges are shown.
    case mjpeg
    case png

    fileprivate var id: AVCodecID {
      switch self {
      case .h264: AV_CODEC_ID_H264
      case .mjpeg: AV_CODEC_ID_MJPEG
      case .png: AV_CODEC_ID_PNG
      }
    }
  }

  /// As FFmpeg says it: `5.1.6-0+deb12u1`.
  public var version: String
  public var decoders: Set<Codec>
  public var encoders: Set<Codec>

  /// Why the libraries cannot be loaded; nil where they are.
  public static var failure: String? { FFmpeg.failure }

  /// The libraries of this machine; nil where they cannot be loaded.
  public static func load() -> MediaLibraries? {
    guard FFmpeg.failure == nil else { return nil }
    return MediaLibraries(
      version: String(cString: av_version_info()),
      decoders: Set(Codec.allCases.filter { avcodec_find_decoder($0.id) != nil }),
      encoders: Set(
        Codec.allCases.filter { codec in
          codec == .h264
            ? VideoWriter.encoderName == "libx264" : avcodec_find_encoder(codec.id) != nil
        }))
  }
}
