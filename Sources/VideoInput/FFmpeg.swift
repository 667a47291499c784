import CFFmpeg

/// The few conventions of FFmpeg's libraries that every file here needs.
enum FFmpeg {
  /// Why the libraries cannot be used; nil once they are loaded. To be asked before any of their functions is called.
  static let failure: String? = {
    if let reason = ffmpeg_load() {
      return "FFmpeg's libraries cannot be loaded: \(String(cString: reason))"
    }
    // They must not write to the terminal: what fails is reported as a `VideoError`.
    av_log_set_level(AV_LOG_QUIET)
    return nil
  }()

  /// Flags that make pixel conversion exact and the same on every processor.
  static let exactConversion =
    SWS_BILINEAR | SWS_ACCURATE_RND | SWS_BITEXACT | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP

  static let again = sousvide_av_error(EAGAIN)
  static let endOfFile = sousvide_av_error_eof()

  /// What the library says about a negative result.
  static func message(_ code: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    guard av_strerror(code, &text, text.count) == 0 else { return "error \(code)" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// An empty picture of its own, aligned as the libraries like it.
  static func makePicture(
    width: Int, height: Int, format: AVPixelFormat
  ) -> UnsafeMutablePointer<AVFrame>? {
    guard let picture = av_frame_alloc() else { return nil }
    picture.pointee.width = Int32(width)
    picture.pointee.height = Int32(height)
    picture.pointee.format = format.rawValue
    guard av_frame_get_buffer(picture, 0) >= 0 else {
      var unused: UnsafeMutablePointer<AVFrame>? = picture
      av_frame_free(&unused)
      return nil
    }
    return picture
  }
}
