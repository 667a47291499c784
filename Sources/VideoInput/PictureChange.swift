/// How much a video changes from frame to frame, seen coarsely.
///
/// A frame is reduced to the mean red, green and blue of 16 x 16 cells (fewer where it has fewer pixels), in whole
/// levels; the change of a frame is the sum of absolute differences from the frame before. Everything is whole
/// numbers, so equal frames give equal changes everywhere.
struct PictureChange {
  private static let cells = 16
  private var previous: (cells: [Int], width: Int, height: Int) = ([], 0, 0)
  /// One per frame after the first.
  private(set) var steps: [Int] = []
  /// Frames seen.
  private(set) var frameCount = 0

  /// The next frame. One of another size than the frame before counts as wholly changed.
  mutating func append(_ frame: Frame) {
    let reduced = Self.reduced(frame)
    if frameCount > 0 {
      steps.append(
        (frame.width, frame.height) == (previous.width, previous.height)
          ? zip(reduced, previous.cells).reduce(0) { $0 + abs($1.0 - $1.1) } : 255 * reduced.count)
    }
    previous = (reduced, frame.width, frame.height)
    frameCount += 1
  }

  private static func reduced(_ frame: Frame) -> [Int] {
    let rows = min(cells, frame.height)
    let columns = min(cells, frame.width)
    var sums = [Int](repeating: 0, count: rows * columns * 3)
    var sizes = [Int](repeating: 0, count: rows * columns)
    // The cell of every column of pixels.
    let columnCells = (0..<frame.width).map { $0 * columns / frame.width }
    frame.rgb.withUnsafeBufferPointer { rgb in
      var at = 0
      for y in 0..<frame.height {
        let row = y * rows / frame.height * columns
        for x in 0..<frame.width {
          let cell = row + columnCells[x]
          sizes[cell] += 1
          for channel in 0..<3 { sums[cell * 3 + channel] += Int(rgb[at + channel]) }
          at += 3
        }
      }
    }
    return sums.indices.map { sums[$0] / sizes[$0 / 3] }
  }
}
