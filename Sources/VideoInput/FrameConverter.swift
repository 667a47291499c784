import CFFmpeg

/// Converts decoded pictures to RGB frames and back, exactly. Reuses its context while the format stays the same.
final class FrameConverter {
  private struct Format: Equatable {
    var width, height, pixels: Int32
    var matrix: UInt32
    var fullRange: Bool
  }

  private var context: OpaquePointer?
  private var format: Format?

  deinit { sws_freeContext(context) }

  /// The picture in RGB, or nil if the libraries refuse the conversion.
  func frame(from picture: UnsafePointer<AVFrame>) -> Frame? {
    let width = Int(picture.pointee.width)
    let height = Int(picture.pointee.height)
    guard prepare(for: picture),
      let target = FFmpeg.makePicture(width: width, height: height, format: AV_PIX_FMT_RGB24)
    else { return nil }
    defer { release(target) }
    guard sws_scale_frame(context, target, picture) >= 0, let bytes = target.pointee.data.0
    else { return nil }
    let stride = Int(target.pointee.linesize.0)
    let rgb = [UInt8](unsafeUninitializedCapacity: width * height * 3) { out, count in
      for row in 0..<height {
        let line = UnsafeBufferPointer(start: bytes + row * stride, count: width * 3)
        _ = UnsafeMutableBufferPointer(rebasing: out[(row * width * 3)...]).update(from: line)
      }
      count = width * height * 3
    }
    return Frame(width: width, height: height, rgb: rgb)
  }

  private func prepare(for picture: UnsafePointer<AVFrame>) -> Bool {
    let wanted = Format(
      width: picture.pointee.width, height: picture.pointee.height,
      pixels: picture.pointee.format, matrix: picture.pointee.colorspace.rawValue,
      fullRange: picture.pointee.color_range == AVCOL_RANGE_JPEG)
    if wanted == format, context != nil { return true }
    sws_freeContext(context)
    context = sws_getContext(
      wanted.width, wanted.height, AVPixelFormat(rawValue: wanted.pixels), wanted.width,
      wanted.height, AV_PIX_FMT_RGB24, FFmpeg.exactConversion, nil, nil, nil)
    format = wanted
    guard let context else { return false }
    // Pictures that don't name their matrix are read as BT.601, as other readers do. Refused for RGB sources, which
    // need none.
    let source = sws_getCoefficients(Int32(bitPattern: wanted.matrix))
    _ = sws_setColorspaceDetails(
      context, source, wanted.fullRange ? 1 : 0, sws_getCoefficients(Int32(SWS_CS_DEFAULT)), 1, 0,
      1 << 16, 1 << 16)
    return true
  }

  private func release(_ picture: UnsafeMutablePointer<AVFrame>) {
    var picture: UnsafeMutablePointer<AVFrame>? = picture
    av_frame_free(&picture)
  }
}
