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
