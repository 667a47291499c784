import CFFmpeg
import Foundation

/// Writes short videos: H.264 where FFmpeg offers libx264, MPEG-4 otherwise, in an MP4 file whose bytes depend on
/// the frames and the library versions only.
public struct VideoWriter: Sendable {
  public var framesPerSecond: Int
  /// The quantizer: 1 is nearly lossless, 20 is visibly lossy. The same for every frame.
  public var quantizer: Int

  public init(framesPerSecond: Int, quantizer: Int = 12) {
    self.framesPerSecond = framesPerSecond
    self.quantizer = quantizer
  }

  /// The name of the encoder in use: `libx264` or `mpeg4`.
  public static var encoderName: String {
    guard FFmpeg.failure == nil, avcodec_find_encoder_by_name("libx264") != nil else {
      return "mpeg4"
    }
    return "libx264"
  }

  /// Writes the frames, which must all have the same, even width and height.
  public func write(_ frames: [Frame], to url: URL) throws {
    if let reason = FFmpeg.failure {
      throw VideoError.encodeFailed(path: url.path, reason: reason)
    }
    guard let first = frames.first else {
      throw VideoError.encodeFailed(path: url.path, reason: "there are no frames")
    }
    for frame in frames
    where frame.width != first.width || frame.height != first.height || frame.width % 2 != 0
      || frame.height % 2 != 0 || frame.width == 0 || frame.height == 0
    {
      throw VideoError.unusableSize(
        width: frame.width, height: frame.height,
        reason: "every frame of a video must have the same, even size")
    }
    let file = try MovieFile(
      url, width: first.width, height: first.height, framesPerSecond: framesPerSecond,
      quantizer: quantizer)
    for (index, frame) in frames.enumerated() { try file.append(frame, at: index) }
    try file.finish()
  }
}

/// A movie being written: encoder, muxer and pixel conversion, all of which FFmpeg wants freed by hand.
private final class MovieFile {
  private let path: String
  private var format: UnsafeMutablePointer<AVFormatContext>?
  private var codec: UnsafeMutablePointer<AVCodecContext>?
  private var packet: UnsafeMutablePointer<AVPacket>?
  private var source: UnsafeMutablePointer<AVFrame>?
  private var picture: UnsafeMutablePointer<AVFrame>?
  private var conversion: OpaquePointer?

  init(
    _ url: URL, width: Int, height: Int, framesPerSecond: Int, quantizer: Int
  ) throws {
    path = url.path
    packet = av_packet_alloc()
    source = FFmpeg.makePicture(width: width, height: height, format: AV_PIX_FMT_RGB24)
    picture = FFmpeg.makePicture(width: width, height: height, format: AV_PIX_FMT_YUV420P)
    conversion = sws_getContext(
      Int32(width), Int32(height), AV_PIX_FMT_RGB24, Int32(width), Int32(height),
      AV_PIX_FMT_YUV420P, FFmpeg.exactConversion, nil, nil, nil)
    guard packet != nil, source != nil, picture != nil, conversion != nil else {
      throw failure("out of memory")
    }
    try check(avformat_alloc_output_context2(&format, nil, "mp4", path), "MP4")
    guard let format, let encoder = avcodec_find_encoder_by_name(VideoWriter.encoderName),
      let codec = avcodec_alloc_context3(encoder), let stream = avformat_new_stream(format, nil)
    else { throw failure("FFmpeg offers no H.264 or MPEG-4 encoder") }
    self.codec = codec
    codec.pointee.width = Int32(width)
    codec.pointee.height = Int32(height)
    codec.pointee.pix_fmt = AV_PIX_FMT_YUV420P
    codec.pointee.time_base = AVRational(num: 1, den: Int32(framesPerSecond))
    codec.pointee.framerate = AVRational(num: Int32(framesPerSecond), den: 1)
    codec.pointee.gop_size = 12
    codec.pointee.max_b_frames = 0
    codec.pointee.thread_count = 1
    codec.pointee.colorspace = AVCOL_SPC_SMPTE170M
    codec.pointee.color_range = AVCOL_RANGE_MPEG
    codec.pointee.flags |= AV_CODEC_FLAG_BITEXACT | AV_CODEC_FLAG_GLOBAL_HEADER
    setQuality(of: codec, quantizer: quantizer)
    try check(avcodec_open2(codec, encoder, nil), "encoder")
    avcodec_parameters_from_context(stream.pointee.codecpar, codec)
    stream.pointee.time_base = codec.pointee.time_base
    stream.pointee.avg_frame_rate = codec.pointee.framerate
    format.pointee.flags |= AVFMT_FLAG_BITEXACT
    try check(avio_open(&format.pointee.pb, "file:" + path, AVIO_FLAG_WRITE), "file")
    try check(avformat_write_header(format, nil), "header")
  }

  deinit {
    av_packet_free(&packet)
    av_frame_free(&source)
    av_frame_free(&picture)
    sws_freeContext(conversion)
    avcodec_free_context(&codec)
    if let format {
      avio_closep(&format.pointee.pb)
      avformat_free_context(format)
    }
  }

  private func setQuality(of codec: UnsafeMutablePointer<AVCodecContext>, quantizer: Int) {
    if codec.pointee.codec_id == AV_CODEC_ID_H264 {
      av_opt_set(codec.pointee.priv_data, "preset", "ultrafast", 0)
      av_opt_set_int(codec.pointee.priv_data, "qp", Int64(quantizer), 0)
      // One quantizer for all kinds of frames: the encoder builds large tables for every one in use, which for clips of
      // a few seconds costs more than the encoding.
      codec.pointee.i_quant_factor = 1
      codec.pointee.b_quant_factor = 1
    } else {
      // MPEG-4's quantizer is linear, from 1 to 31; H.264's doubles every six steps.
      let linear = Int32(max(1, quantizer / 4))
      codec.pointee.qmin = linear
      codec.pointee.qmax = linear
    }
  }

  func append(_ frame: Frame, at index: Int) throws {
    guard let source, let picture, let bytes = source.pointee.data.0 else { return }
    let stride = Int(source.pointee.linesize.0)
    frame.rgb.withUnsafeBufferPointer { rgb in
      guard let base = rgb.baseAddress else { return }
      for row in 0..<frame.height {
        (bytes + row * stride).update(from: base + row * frame.width * 3, count: frame.width * 3)
      }
    }
    // The encoder may still refer to the picture it was given last.
    try check(av_frame_make_writable(picture), "picture")
    try check(sws_scale_frame(conversion, picture, source), "pixel conversion")
    picture.pointee.pts = Int64(index)
    try encode(picture)
  }

  func finish() throws {
    guard let format else { return }
    try encode(nil)
    try check(av_write_trailer(format), "trailer")
    try check(avio_closep(&format.pointee.pb), "closing")
  }

  private func encode(_ picture: UnsafeMutablePointer<AVFrame>?) throws {
    guard let format, let codec, let packet, let stream = format.pointee.streams[0] else { return }
    try check(avcodec_send_frame(codec, picture), "encoding")
    while true {
      let code = avcodec_receive_packet(codec, packet)
      if code == FFmpeg.again || code == FFmpeg.endOfFile { return }
      try check(code, "encoding")
      packet.pointee.stream_index = 0
      packet.pointee.duration = 1
      av_packet_rescale_ts(packet, codec.pointee.time_base, stream.pointee.time_base)
      try check(av_interleaved_write_frame(format, packet), "writing")
    }
  }

  private func check(_ code: Int32, _ what: String) throws {
    guard code >= 0 else { throw failure("\(what): \(FFmpeg.message(code))") }
  }

  private func failure(_ reason: String) -> VideoError {
    .encodeFailed(path: path, reason: reason)
  }
}
