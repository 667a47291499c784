import CFFmpeg
import Foundation

extension Frame {
  /// The frame as a PNG file, for reports and fixtures.
  public func pngData() throws -> Data {
    func failure(_ reason: String) -> VideoError { .encodeFailed(path: "PNG", reason: reason) }
    if let reason = FFmpeg.failure { throw failure(reason) }
    guard let encoder = avcodec_find_encoder(AV_CODEC_ID_PNG) else {
      throw failure("FFmpeg offers no PNG encoder")
    }
    var codec = avcodec_alloc_context3(encoder)
    var picture = FFmpeg.makePicture(width: width, height: height, format: AV_PIX_FMT_RGB24)
    var packet = av_packet_alloc()
    defer {
      avcodec_free_context(&codec)
      av_frame_free(&picture)
      av_packet_free(&packet)
    }
    guard let codec, let picture, let packet, let bytes = picture.pointee.data.0 else {
      throw failure("out of memory")
    }
    codec.pointee.width = Int32(width)
    codec.pointee.height = Int32(height)
    codec.pointee.pix_fmt = AV_PIX_FMT_RGB24
    codec.pointee.time_base = AVRational(num: 1, den: 1)
    codec.pointee.flags |= AV_CODEC_FLAG_BITEXACT
    codec.pointee.thread_count = 1
    let stride = Int(picture.pointee.linesize.0)
    rgb.withUnsafeBufferPointer { rgb in
      guard let base = rgb.baseAddress else { return }
      for row in 0..<height {
        (bytes + row * stride).update(from: base + row * width * 3, count: width * 3)
      }
    }
    for step in [
      { avcodec_open2(codec, encoder, nil) }, { avcodec_send_frame(codec, picture) },
      { avcodec_receive_packet(codec, packet) },
    ] {
      let code = step()
      guard code >= 0 else { throw failure(FFmpeg.message(code)) }
    }
    return Data(bytes: packet.pointee.data, count: Int(packet.pointee.size))
  }
}
