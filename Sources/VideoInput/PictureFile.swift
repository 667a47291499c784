import CFFmpeg
import Foundation

extension Frame {
  /// The frame as a PNG file, for reports and fixtures: exact.
  public func pngData() throws -> Data {
    try PictureFile.encode(self, "PNG", AV_CODEC_ID_PNG, AV_PIX_FMT_RGB24) { _, _ in }
  }

  /// The frame as a JPEG file with all of its colours (4:4:4), for models that are asked over a network. The bytes
  /// depend on the frame and FFmpeg's version alone.
  public func jpegData() throws -> Data {
    // Pixels differ by a few levels of 255 at most; a tenth of the size of a PNG file.
    let quantizer = 2 * FF_QP2LAMBDA
    return try PictureFile.encode(self, "JPEG", AV_CODEC_ID_MJPEG, AV_PIX_FMT_YUVJ444P) {
      codec, picture in
      codec.pointee.flags |= AV_CODEC_FLAG_QSCALE
      codec.pointee.global_quality = quantizer
      codec.pointee.color_range = AVCOL_RANGE_JPEG
      picture.pointee.quality = quantizer
    }
  }
}

/// Frames as files of one picture, through FFmpeg's encoders.
private enum PictureFile {
  /// - Parameters:
  ///   - name: of the format, for errors.
  ///   - pixels: what the encoder takes; the frame is converted exactly.
  ///   - prepare: settings of the format.
  static func encode(
    _ frame: Frame, _ name: String, _ id: AVCodecID, _ pixels: AVPixelFormat,
    prepare: (UnsafeMutablePointer<AVCodecContext>, UnsafeMutablePointer<AVFrame>) -> Void
  ) throws -> Data {
    func failure(_ reason: String) -> VideoError { .encodeFailed(path: name, reason: reason) }
    if let reason = FFmpeg.failure { throw failure(reason) }
    guard let encoder = avcodec_find_encoder(id) else {
      throw failure("FFmpeg offers no \(name) encoder")
    }
    var codec = avcodec_alloc_context3(encoder)
    var source = FFmpeg.makePicture(
      width: frame.width, height: frame.height, format: AV_PIX_FMT_RGB24)
    var picture =
      pixels == AV_PIX_FMT_RGB24
      ? nil : FFmpeg.makePicture(width: frame.width, height: frame.height, format: pixels)
    var packet = av_packet_alloc()
    defer {
      avcodec_free_context(&codec)
      av_frame_free(&source)
      av_frame_free(&picture)
      av_packet_free(&packet)
    }
    guard let codec, let source, let packet, let encoded = picture ?? source as Optional,
      copy(frame, to: source)
    else { throw failure("out of memory") }
    if encoded != source, !convert(source, to: encoded, pixels) {
      throw failure("its pixels cannot be converted")
    }
    codec.pointee.width = Int32(frame.width)
    codec.pointee.height = Int32(frame.height)
    codec.pointee.pix_fmt = pixels
    codec.pointee.time_base = AVRational(num: 1, den: 1)
    codec.pointee.flags |= AV_CODEC_FLAG_BITEXACT
    codec.pointee.thread_count = 1
    prepare(codec, encoded)
    for step in [
      { avcodec_open2(codec, encoder, nil) }, { avcodec_send_frame(codec, encoded) },
      { avcodec_receive_packet(codec, packet) },
    ] {
      let code = step()
      guard code >= 0 else { throw failure(FFmpeg.message(code)) }
    }
    return Data(bytes: packet.pointee.data, count: Int(packet.pointee.size))
  }

  private static func copy(_ frame: Frame, to picture: UnsafeMutablePointer<AVFrame>) -> Bool {
    guard let bytes = picture.pointee.data.0 else { return false }
    let stride = Int(picture.pointee.linesize.0)
    frame.rgb.withUnsafeBufferPointer { rgb in
      guard let base = rgb.baseAddress else { return }
      for row in 0..<frame.height {
        (bytes + row * stride).update(from: base + row * frame.width * 3, count: frame.width * 3)
      }
    }
    return true
  }

  private static func convert(
    _ source: UnsafeMutablePointer<AVFrame>, to target: UnsafeMutablePointer<AVFrame>,
    _ pixels: AVPixelFormat
  ) -> Bool {
    let width = source.pointee.width
    let height = source.pointee.height
    let conversion = sws_getContext(
      width, height, AV_PIX_FMT_RGB24, width, height, pixels, FFmpeg.exactConversion, nil, nil, nil)
    defer { sws_freeContext(conversion) }
    return conversion != nil && sws_scale_frame(conversion, target, source) >= 0
  }
}
