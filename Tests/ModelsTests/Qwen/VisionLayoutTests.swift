import TestSupport
import Testing

@testable import Models

@Suite("Vision layout")
struct VisionLayoutTests {
  @Test("orders blocks and sizes windows as the reference does", arguments: ["vl_one", "vl_two"])
  func equalsTheReference(name: String) throws {
    let tensors = try ReferenceTensors(name)
    var order: [Int] = []
    var ends = [0]
    for grid in try tensors.integerRows("video_grid_thw") {
      let layout = VisionLayout(
        grid: (grid[0], grid[1], grid[2]), mergeSize: 2, windowBlocks: 2)
      let first = order.count
      order += layout.blockOrder.map { $0 + first }
      for size in layout.windowSizes { ends.append(ends[ends.count - 1] + size) }
    }
    #expect(try order == tensors.integers("vision.video.window_index"))
    #expect(try ends == tensors.integers("vision.video.cu_window_seqlens"))
  }

  @Test(
    "keeps frames together and every patch once",
    arguments: [
      (1, 2, 2), (2, 6, 10), (3, 8, 4), (2, 2, 14),
    ])
  func keepsFramesTogether(grid: (Int, Int, Int)) {
    let layout = VisionLayout(grid: grid, mergeSize: 2, windowBlocks: 3)
    let perFrame = grid.1 * grid.2 / 4
    for frame in 0..<grid.0 {
      let range = frame * perFrame..<(frame + 1) * perFrame
      #expect(layout.blockOrder[range].sorted() == Array(range))
    }
    #expect(layout.windowSizes.reduce(0, +) == grid.0 * grid.1 * grid.2)
    #expect(layout.windowSizes.allSatisfy { $0 > 0 && $0 <= 36 })
    #expect(layout.frameSizes == [Int](repeating: grid.1 * grid.2, count: grid.0))
    let places = Set(layout.coordinates.map { $0.row * 1000 + $0.column })
    #expect(places.count == grid.1 * grid.2)
    #expect(layout.coordinates.count == grid.0 * grid.1 * grid.2)
  }
}
