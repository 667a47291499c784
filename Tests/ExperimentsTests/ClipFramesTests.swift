import Foundation
import TestSupport
import Testing
import VideoInput

@testable import Experiments

@Suite("Frames for the page")
struct ClipFramesTests {
  @Test func `a video gives PNG files spread over its length`() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("clip.mp4")
      let frames = (0..<16).map { index in
        Frame(width: 56, height: 56, red: UInt8(index * 10), green: 40, blue: 90)
      }
      try VideoWriter(framesPerSecond: 4).write(frames, to: url)
      let strip = try ClipFrames.decoded(count: 8).load(url)
      #expect(strip.count == 8)
      #expect(strip.allSatisfy { $0.png.starts(with: [0x89, 0x50, 0x4E, 0x47]) })
      #expect(strip.first?.seconds == 0)
      #expect(strip.last?.seconds == 3.75)
      #expect(strip.map(\.seconds) == strip.map(\.seconds).sorted())
    }
  }

  @Test func `a large frame becomes the mean of what each pixel stands for`() {
    let rgb: [UInt8] = [0, 0, 0, 10, 10, 10, 100, 0, 0, 200, 0, 0]
    let small = Thumbnail.of(Frame(width: 4, height: 1, rgb: rgb), width: 2)
    #expect(small == Frame(width: 2, height: 1, rgb: [5, 5, 5, 150, 0, 0]))
  }

  @Test func `a small frame stays as it is`() {
    let frame = Frame(width: 2, height: 2, red: 1, green: 2, blue: 3)
    #expect(Thumbnail.of(frame, width: 160) == frame)
  }
}
