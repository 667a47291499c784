import VideoInput

/// The order in which the vision tower sees one visual's patches, and which of them attend to each
/// other.
///
/// Patches come in blocks of merge² that become one token. The blocks of every frame are sorted
/// into square windows, so that a window is a range of rows; frames stay ranges too. Windows at the
/// right and bottom edges can be smaller.
/// Source: Qwen2.5-VL, arXiv:2502.13923, section 2.1.1.
struct VisionLayout {
  /// For every block in window order, its index in the order of `VisualPatches`.
  private(set) var blockOrder: [Int] = []
  /// How many patches each window holds; windows that hold none do not exist.
  private(set) var windowSizes: [Int] = []
  /// How many patches each frame holds: the ranges of full attention.
  let frameSizes: [Int]
  /// Row and column of every patch in the frame, in window order.
  private(set) var coordinates: [(row: Int, column: Int)] = []

  /// - Parameters:
  ///   - grid: temporal, height and width, in patches; height and width are multiples of
  ///     `mergeSize`.
  ///   - windowBlocks: the side of a window, in blocks.
  init(grid: (temporal: Int, height: Int, width: Int), mergeSize: Int, windowBlocks: Int) {
    let rows = grid.height / mergeSize
    let columns = grid.width / mergeSize
    frameSizes = Array(repeating: grid.height * grid.width, count: grid.temporal)
    for frame in 0..<grid.temporal {
      for top in stride(from: 0, to: rows, by: windowBlocks) {
        for left in stride(from: 0, to: columns, by: windowBlocks) {
          let bottom = min(top + windowBlocks, rows)
          let right = min(left + windowBlocks, columns)
          for row in top..<bottom {
            for column in left..<right {
              blockOrder.append((frame * rows + row) * columns + column)
              for inner in 0..<mergeSize * mergeSize {
                coordinates.append(
                  (
                    row: row * mergeSize + inner / mergeSize,
                    column: column * mergeSize + inner % mergeSize
                  ))
              }
            }
          }
          windowSizes.append((bottom - top) * (right - left) * mergeSize * mergeSize)
        }
      }
    }
  }
}

extension QwenConfiguration {
  /// The layout of one visual; nil for a model without vision.
  func visionLayout(of visual: VisualPatches) -> VisionLayout? {
    vision.map { vision in
      VisionLayout(
        grid: (visual.temporal, visual.height, visual.width), mergeSize: vision.spatialMergeSize,
        windowBlocks: max(1, vision.windowSize / vision.spatialMergeSize / vision.patchSize))
    }
  }
}
