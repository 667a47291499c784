import CFFmpeg
import Foundation

/// An open media file: its demuxer, and the decoder of its best picture stream. One pass, from first frame to last.
final class MediaFile {
  let path: String
  private var format: UnsafeMutablePointer<AVFormatContext>?
  private var codec: UnsafeMutablePointer<AVCodecContext>?
  private let stream: UnsafeMutablePointer<AVStream>

  /// Opens the file. Throws `cannotOpen`, `empty`, `noVideoStream`, `tooLarge` or `decodeFailed`.
  init(_ url: URL, limits: VideoLimits) throws {
    let path = url.path
    self.path = path
    try Self.checkFile(path)
    if let reason = FFmpeg.failure { throw VideoError.cannotOpen(path: path, reason: reason) }
    var format: UnsafeMutablePointer<AVFormatContext>?
    // "file:" keeps FFmpeg from reading a colon in the name as a protocol.
    let opened = avformat_open_input(&format, "file:" + path, nil, nil)
    guard opened >= 0, let format else {
      throw VideoError.cannotOpen(path: path, reason: FFmpeg.message(opened))
    }
    var codec: UnsafeMutablePointer<AVCodecContext>?
    do {
      (stream, codec) = try Self.openStream(of: format, path: path, limits: limits)
    } catch {
      var unused: UnsafeMutablePointer<AVFormatContext>? = format
      avformat_close_input(&unused)
      throw error
    }
    self.format = format
    self.codec = codec
  }

  deinit {
    avcodec_free_context(&codec)
    avformat_close_input(&format)
  }

  private static func checkFile(_ path: String) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw VideoError.cannotOpen(path: path, reason: "there is no such file")
    }
    if isDirectory.boolValue {
      throw VideoError.cannotOpen(path: path, reason: "it is a folder, not a media file")
    }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw VideoError.cannotOpen(path: path, reason: "reading it is not permitted")
    }
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    if size == 0 { throw VideoError.empty(path: path) }
  }

  private static func openStream(
    of format: UnsafeMutablePointer<AVFormatContext>, path: String, limits: VideoLimits
  ) throws -> (UnsafeMutablePointer<AVStream>, UnsafeMutablePointer<AVCodecContext>) {
    if !headerSuffices(format) {
      let probed = avformat_find_stream_info(format, nil)
      guard probed >= 0 else {
        throw VideoError.decodeFailed(path: path, reason: FFmpeg.message(probed))
      }
    }
    var decoder: UnsafePointer<AVCodec>?
    let index = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, &decoder, 0)
    guard index >= 0, let decoder, let stream = format.pointee.streams[Int(index)],
      let parameters = stream.pointee.codecpar
    else { throw VideoError.noVideoStream(path: path) }
    let width = Int(parameters.pointee.width)
    let height = Int(parameters.pointee.height)
    guard width > 0, height > 0 else {
      throw VideoError.decodeFailed(path: path, reason: "its frames have no size")
    }
    guard width <= limits.pixelsPerFrame / height else {
      throw VideoError.tooLarge(
        path: path, found: "frames of \(width)x\(height)",
        limit: "\(limits.pixelsPerFrame) pixels per frame")
    }
    guard let codec = avcodec_alloc_context3(decoder) else {
      throw VideoError.decodeFailed(path: path, reason: "out of memory")
    }
    avcodec_parameters_to_context(codec, parameters)
    codec.pointee.thread_count = 1
    codec.pointee.err_recognition = AV_EF_EXPLODE
    codec.pointee.max_pixels = Int64(limits.pixelsPerFrame)
    let opened = avcodec_open2(codec, decoder, nil)
    guard opened >= 0 else {
      var unused: UnsafeMutablePointer<AVCodecContext>? = codec
      avcodec_free_context(&unused)
      throw VideoError.decodeFailed(path: path, reason: FFmpeg.message(opened))
    }
    return (stream, codec)
  }

  /// Whether the header tells size and rate of every picture stream, as an MP4 file's does. Otherwise the library must
  /// decode a few frames to learn them, which costs more than reading a short clip.
  private static func headerSuffices(_ format: UnsafeMutablePointer<AVFormatContext>) -> Bool {
    let streams = (0..<Int(format.pointee.nb_streams)).compactMap { format.pointee.streams[$0] }
    let pictures = streams.filter {
      $0.pointee.codecpar.pointee.codec_type == AVMEDIA_TYPE_VIDEO
    }
    return !pictures.isEmpty
      && pictures.allSatisfy {
        let parameters = $0.pointee.codecpar.pointee
        let rate = $0.pointee.avg_frame_rate
        return parameters.codec_id != AV_CODEC_ID_NONE && parameters.width > 0
          && parameters.height > 0 && parameters.extradata_size > 0 && rate.num > 0 && rate.den > 0
      }
  }

  /// Whether the file is one still picture.
  var isImage: Bool {
    guard let name = format?.pointee.iformat?.pointee.name.map({ String(cString: $0) }) else {
      return false
    }
    return name == "image2" || name.hasSuffix("_pipe")
  }

  /// Frames per second; 0 where the file doesn't say.
  var frameRate: Double {
    let average = stream.pointee.avg_frame_rate
    let rate = average.num > 0 && average.den > 0 ? average : stream.pointee.r_frame_rate
    return rate.den > 0 ? Double(rate.num) / Double(rate.den) : 0
  }

  /// Counts the frames without decoding them. Uses the pass up.
  func countFrames(limits: VideoLimits) throws -> Int {
    var count = 0
    try forEachPacket { packet in
      if packet.pointee.flags & AV_PKT_FLAG_DISCARD == 0 { count += 1 }
      guard count <= limits.frames else {
        throw VideoError.tooLarge(
          path: path, found: "more than \(limits.frames) frames", limit: "\(limits.frames)")
      }
      return true
    }
    return count
  }

  /// Decodes from the start and hands over every frame with its index until `body` returns false.
  func forEachFrame(_ body: (Int, UnsafePointer<AVFrame>) throws -> Bool) throws {
    guard let picture = av_frame_alloc() else {
      throw VideoError.decodeFailed(path: path, reason: "out of memory")
    }
    defer {
      var unused: UnsafeMutablePointer<AVFrame>? = picture
      av_frame_free(&unused)
    }
    var index = 0
    /// False once `body` has had enough.
    func drain() throws -> Bool {
      while true {
        let code = avcodec_receive_frame(codec, picture)
        if code == FFmpeg.again || code == FFmpeg.endOfFile { return true }
        guard code >= 0 else { throw failure(code, frame: index) }
        guard try body(index, picture) else { return false }
        index += 1
        av_frame_unref(picture)
      }
    }
    var wanted = true
    try forEachPacket { packet in
      let code = avcodec_send_packet(codec, packet)
      guard code >= 0 else { throw failure(code, frame: index) }
      wanted = try drain()
      return wanted
    }
    guard wanted else { return }
    avcodec_send_packet(codec, nil)
    _ = try drain()
  }

  private func forEachPacket(
    _ body: (UnsafeMutablePointer<AVPacket>) throws -> Bool
  ) throws {
    guard let packet = av_packet_alloc() else {
      throw VideoError.decodeFailed(path: path, reason: "out of memory")
    }
    defer {
      var unused: UnsafeMutablePointer<AVPacket>? = packet
      av_packet_free(&unused)
    }
    while true {
      let code = av_read_frame(format, packet)
      if code == FFmpeg.endOfFile { return }
      guard code >= 0 else {
        throw VideoError.decodeFailed(path: path, reason: FFmpeg.message(code))
      }
      defer { av_packet_unref(packet) }
      guard packet.pointee.stream_index == stream.pointee.index else { continue }
      guard packet.pointee.flags & AV_PKT_FLAG_CORRUPT == 0 else {
        throw VideoError.decodeFailed(path: path, reason: "it is cut short or damaged")
      }
      guard try body(packet) else { return }
    }
  }

  private func failure(_ code: Int32, frame: Int) -> VideoError {
    .decodeFailed(path: path, reason: "frame \(frame): \(FFmpeg.message(code))")
  }
}
