import Foundation
import TestSupport
import Testing

@testable import VideoInput

@Suite struct VideoFileTests {
  /// A block of one colour that crosses a grey background.
  private func movie(frames: Int = 16, size: Int = 56, colour: [UInt8] = [230, 40, 40]) -> [Frame] {
    (0..<frames).map { time in
      var frame = Frame(width: size, height: size, red: 25, green: 25, blue: 25)
      for y in 20..<36 {
        for x in (2 * time)..<(2 * time + 16) {
          for channel in 0..<3 { frame.rgb[(y * size + x) * 3 + channel] = colour[channel] }
        }
      }
      return frame
    }
  }

  private func sample(_ url: URL, _ count: Int = 8) throws -> SampledVideo {
    try VideoReader.frames(of: url, sampler: .uniform(count: count))
  }

  @Test func aWrittenVideoReadsBackWithItsTimesAndColours() throws {
    for colour: [UInt8] in [[230, 40, 40], [40, 200, 60], [50, 80, 240], [235, 220, 50]] {
      try withTemporaryDirectory { folder in
        let url = folder.appendingPathComponent("clip.mp4")
        let frames = movie(colour: colour)
        try VideoWriter(framesPerSecond: 4).write(frames, to: url)
        let video = try sample(url)
        #expect(video.frameCount == 16 && video.duration == 4 && video.secondsPerFrame == 0.5)
        #expect(video.indices == [0, 2, 4, 6, 9, 11, 13, 15] && !video.isImage)
        for (frame, index) in zip(video.frames, video.indices) {
          // Inside the block and on the background, two pixels from any edge (chroma is stored at half resolution).
          for (x, y) in [(2 * index + 8, 28), (2 * index + 3, 23), (50, 4), (4, 50)] {
            for channel in 0..<3 {
              let at = (y * 56 + x) * 3 + channel
              let difference = abs(Int(frame.rgb[at]) - Int(frames[index].rgb[at]))
              #expect(difference <= 8, "frame \(index), pixel \(x),\(y), channel \(channel)")
            }
          }
        }
      }
    }
  }

  @Test func writingIsDeterministic() throws {
    try withTemporaryDirectory { folder in
      let urls = ["a.mp4", "b.mp4"].map { folder.appendingPathComponent($0) }
      for url in urls { try VideoWriter(framesPerSecond: 4).write(movie(), to: url) }
      #expect(try Data(contentsOf: urls[0]) == Data(contentsOf: urls[1]))
    }
  }

  @Test(arguments: ["still.png", "still.jpg", "still.webp"])
  func stillImagesReadAsOneFrame(name: String) throws {
    let video = try sample(Fixtures.url(name))
    #expect(video.isImage && video.frames.count == 1 && video.secondsPerFrame == 0)
    let frame = try #require(video.frames.first)
    #expect(frame.width == 40 && frame.height == 30)
    // The left half is #e0dc32.
    for (channel, value) in [0xe0, 0xdc, 0x32].enumerated() {
      #expect(abs(Int(frame.rgb[(15 * 40 + 8) * 3 + channel]) - value) <= 6)
    }
    let patches = try FrameProcessor(minPixels: 784, maxPixels: 3136).patches(of: video)
    #expect(patches.kind == .image && patches.temporal == 1)
  }

  @Test func aPNGOfAFrameReadsBackExactly() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("frame.png")
      let frame = movie(frames: 2)[1]
      try frame.pngData().write(to: url)
      #expect(try sample(url).frames == [frame])
    }
  }

  @Test func aJPEGOfAFrameIsTheSameEveryTimeAndReadsBackInItsColours() throws {
    try withTemporaryDirectory { folder in
      for colour: [UInt8] in [[230, 40, 40], [40, 200, 60], [50, 80, 240], [235, 220, 50]] {
        let url = folder.appendingPathComponent("frame.jpg")
        let frame = movie(frames: 2, colour: colour)[1]
        let data = try frame.jpegData()
        #expect(try frame.jpegData() == data)
        #expect(data.prefix(3) == Data([0xff, 0xd8, 0xff]) && data.count < 3_000)
        try data.write(to: url)
        let read = try #require(try sample(url).frames.first)
        #expect(read.width == frame.width && read.height == frame.height)
        // Edges ring a little; the colours of even parts stay.
        let differences = zip(read.rgb, frame.rgb).map { abs(Int($0) - Int($1)) }
        #expect(try #require(differences.max()) <= 24)
        #expect(differences.reduce(0, +) <= differences.count)
      }
    }
  }

  @Test func tooFewFramesIsNamed() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("short.mp4")
      try VideoWriter(framesPerSecond: 4).write(movie(frames: 3), to: url)
      #expect(throws: VideoError.tooFewFrames(path: url.path, found: 3, needed: 8)) {
        try sample(url)
      }
      #expect(try sample(url, 3).indices == [0, 1, 2])
    }
  }

  @Test func filesThatAreNoVideosAreNamed() throws {
    try withTemporaryDirectory { folder in
      let missing = folder.appendingPathComponent("missing.mp4")
      #expect(throws: VideoError.cannotOpen(path: missing.path, reason: "there is no such file")) {
        try sample(missing)
      }
      #expect(
        throws: VideoError.cannotOpen(
          path: folder.path, reason: "it is a folder, not a media file")
      ) { try sample(folder) }
      let empty = folder.appendingPathComponent("empty.mp4")
      try Data().write(to: empty)
      #expect(throws: VideoError.empty(path: empty.path)) { try sample(empty) }
      let text = folder.appendingPathComponent("text.mp4")
      try Data("this is not a video\n".utf8).write(to: text)
      let error = try #require(throws: VideoError.self) { try sample(text) }
      #expect(error.description.contains(text.path))
      let sound = folder.appendingPathComponent("sound.wav")
      try silence().write(to: sound)
      #expect(throws: VideoError.noVideoStream(path: sound.path)) { try sample(sound) }
    }
  }

  /// A tenth of a second of silence, as a WAV file.
  private func silence() -> Data {
    func little(_ value: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(value >> (8 * $0) & 255) }
    }
    var bytes = Array("RIFF".utf8) + little(36 + 1600, 4) + Array("WAVEfmt ".utf8)
    bytes += little(16, 4) + little(1, 2) + little(1, 2) + little(8000, 4) + little(16000, 4)
    bytes += little(2, 2) + little(16, 2) + Array("data".utf8) + little(1600, 4)
    return Data(bytes + [UInt8](repeating: 0, count: 1600))
  }

  @Test func aVideoCutShortIsAnErrorAtEveryLength() throws {
    try withTemporaryDirectory { folder in
      let whole = folder.appendingPathComponent("whole.mp4")
      try VideoWriter(framesPerSecond: 4).write(movie(), to: whole)
      let data = try Data(contentsOf: whole)
      for length in stride(from: 1, to: data.count - 1, by: data.count / 23) {
        let url = folder.appendingPathComponent("cut.mp4")
        try data.prefix(length).write(to: url)
        let error = try #require(throws: VideoError.self) { try sample(url) }
        #expect(error.description.contains(url.path))
      }
    }
  }

  @Test func damagedBytesAreAnErrorOrFramesOfTheRightNumber() throws {
    try withTemporaryDirectory { folder in
      let whole = folder.appendingPathComponent("whole.mp4")
      try VideoWriter(framesPerSecond: 4).write(movie(), to: whole)
      let data = try Data(contentsOf: whole)
      var errors = 0
      for start in stride(from: 0, to: data.count - 16, by: data.count / 61) {
        var damaged = data
        for offset in 0..<16 {
          damaged[start + offset] ^= UInt8(truncatingIfNeeded: 91 &* (offset + 3))
        }
        let url = folder.appendingPathComponent("damaged.mp4")
        try damaged.write(to: url)
        do {
          #expect(try sample(url).frames.count == 8)
        } catch let error as VideoError {
          errors += 1
          #expect(error.description.contains(url.path))
        }
      }
      #expect(errors > 10)
    }
  }

  @Test func absurdDimensionsAreRefusedBeforeDecoding() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("clip.mp4")
      try VideoWriter(framesPerSecond: 4).write(movie(), to: url)
      let error = try #require(throws: VideoError.self) {
        try VideoReader.frames(
          of: url, sampler: .uniform(count: 8), limits: VideoLimits(pixelsPerFrame: 3135))
      }
      #expect(
        error
          == .tooLarge(
            path: url.path, found: "frames of 56x56", limit: "3135 pixels per frame"))
      #expect(throws: VideoError.self) {
        try VideoReader.frames(
          of: url, sampler: .uniform(count: 8), limits: VideoLimits(frames: 15))
      }
      // A PNG whose header claims 60000 x 60000 pixels.
      var png = try movie(frames: 1)[0].pngData()
      png.replaceSubrange(16..<24, with: [0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60])
      let huge = folder.appendingPathComponent("huge.png")
      try png.write(to: huge)
      let refusal = try #require(throws: VideoError.self) { try sample(huge) }
      #expect(refusal.description.contains(huge.path))
    }
  }

  @Test func whatCannotBeWrittenIsAnError() throws {
    try withTemporaryDirectory { folder in
      let writer = VideoWriter(framesPerSecond: 4)
      let nowhere = folder.appendingPathComponent("no/such/folder/clip.mp4")
      #expect(throws: VideoError.self) { try writer.write(movie(), to: nowhere) }
      let url = folder.appendingPathComponent("clip.mp4")
      #expect(throws: VideoError.self) { try writer.write([], to: url) }
      let odd = Frame(width: 57, height: 56, red: 0, green: 0, blue: 0)
      #expect(throws: VideoError.self) { try writer.write([odd], to: url) }
    }
  }
}
