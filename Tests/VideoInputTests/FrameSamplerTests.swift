import Foundation
import TestSupport
import Testing

@testable import VideoInput

@Suite struct FrameSamplerTests {
  @Test func uniformIndicesSpanTheVideo() {
    #expect(FrameSampler.indices(total: 16, count: 8) == [0, 2, 4, 6, 9, 11, 13, 15])
    #expect(FrameSampler.indices(total: 8, count: 8) == Array(0..<8))
    #expect(FrameSampler.indices(total: 5, count: 1) == [0])
    // Half to even, as torch rounds: 0, 0.5, 1 … of 2 frames per step.
    #expect(FrameSampler.indices(total: 4, count: 3) == [0, 2, 3])
    #expect(FrameSampler.indices(total: 3, count: 4).isEmpty)
  }

  @Test func aStillVideoIsSampledEvenlyAndChangeDrawsFrames() {
    #expect(
      FrameSampler.indices(changes: [Int](repeating: 7, count: 12), count: 4) == [0, 4, 8, 12])
    // By hand: e = 90 at the step to frame 5, S = 90, w = 1080 + 90 there and 90 elsewhere, W = 2160 in all. Frame 1
    // is the first to reach 540 and frame 2 the first to reach 1080: both the fifth, so the sixth stands in.
    var changes = [Int](repeating: 10, count: 12)
    changes[4] = 100
    #expect(FrameSampler.indices(changes: changes, count: 5) == [0, 5, 6, 7, 12])
    // A moment: there and back again.
    changes[5] = 100
    #expect(FrameSampler.indices(changes: changes, count: 5) == [0, 5, 6, 7, 12])
    #expect(FrameSampler.indices(changes: [1, 2, 3], count: 4) == [0, 1, 2, 3])
    #expect(FrameSampler.indices(changes: [1, 2, 3], count: 1) == [0])
    #expect(FrameSampler.indices(changes: [1, 2, 3], count: 5).isEmpty)
    #expect(FrameSampler.indices(changes: [], count: 1) == [0])
  }

  @Test func adaptiveIndicesAlwaysRiseFromTheFirstFrameToTheLast() {
    var state: UInt64 = 5
    func next(_ bound: UInt64) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % bound)
    }
    for _ in 0..<500 {
      let steps = 1 + next(60)
      let changes = (0..<steps).map { _ in next(4) == 0 ? next(1_000_000_000_000) : next(50) }
      let count = 2 + next(UInt64(steps))
      let indices = FrameSampler.indices(changes: changes, count: count)
      #expect(indices.count == count && indices.first == 0 && indices.last == steps)
      #expect(zip(indices, indices.dropFirst()).allSatisfy { $0 < $1 })
    }
  }

  /// More than 2 / (n - 1) of all change in one step: the frame after it is always taken.
  @Test func aMomentIsNeverMissed() {
    for place in 1..<200 {
      var changes = (0..<240).map { 20 + $0 % 5 }
      changes[place - 1] += 400
      changes[place] += 400
      #expect(FrameSampler.indices(changes: changes, count: 8).contains(place))
    }
  }

  @Test func changeIsThatOfCells() {
    var change = PictureChange()
    change.append(Frame(width: 20, height: 40, red: 10, green: 10, blue: 10))
    change.append(Frame(width: 20, height: 40, red: 13, green: 10, blue: 9))
    change.append(Frame(width: 4, height: 3, red: 13, green: 10, blue: 9))
    change.append(Frame(width: 4, height: 3, red: 13, green: 10, blue: 9))
    #expect(change.steps == [256 * 4, 12 * 3 * 255, 0] && change.frameCount == 4)
  }

  /// Frames of two sizes can have as many cells: what is in them cannot be compared all the same.
  @Test func aFrameOfAnotherSizeIsWhollyChanged() {
    var change = PictureChange()
    for (width, height) in [(20, 40), (40, 20), (40, 20), (64, 64), (20, 40)] {
      change.append(Frame(width: width, height: height, red: 10, green: 10, blue: 10))
    }
    #expect(change.steps == [768 * 255, 0, 768 * 255, 768 * 255])
  }

  @Test func countsByRateFollowSmartNframes() throws {
    let object = try JSONSerialization.jsonObject(with: Fixtures.data("video_preprocess.json"))
    let info = try #require(object as? [String: Any])
    let rows = try #require(info["qwen_vl_utils_smart_nframes"] as? [[String: Any]])
    #expect(rows.count == 8)
    for row in rows {
      let element = try #require(row["ele"] as? [String: Double])
      let total = try #require(row["total_frames"] as? Int)
      let rate = try #require(row["video_fps"] as? Double)
      let expected = try #require(row["nframes"] as? Int)
      let sampler: FrameSampler
      if let count = element["nframes"] {
        sampler = .uniform(count: Int(count))
      } else {
        sampler = .rate(
          framesPerSecond: element["fps"] ?? 2, minimum: Int(element["min_frames"] ?? 4),
          maximum: Int(element["max_frames"] ?? 768))
      }
      #expect(sampler.count(total: total, frameRate: rate) == expected, "\(row)")
    }
  }
}
