import VideoInput

/// A frame made small for a page.
enum Thumbnail {
  /// The frame at most `width` pixels wide, each pixel the mean of the ones it stands for. A frame
  /// that is small enough stays as it is.
  static func of(_ frame: Frame, width: Int) -> Frame {
    guard frame.width > width, width > 0, frame.height > 0 else { return frame }
    let height = max(1, frame.height * width / frame.width)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for row in 0..<height {
      let rows = covered(by: row, of: height, from: frame.height)
      for column in 0..<width {
        let columns = covered(by: column, of: width, from: frame.width)
        for channel in 0..<3 {
          pixels.append(mean(of: frame, rows, columns, channel))
        }
      }
    }
    return Frame(width: width, height: height, rgb: pixels)
  }

  /// The pixels of the large side that one pixel of the small side stands for; never none.
  private static func covered(by index: Int, of small: Int, from large: Int) -> Range<Int> {
    let start = index * large / small
    return start..<max(start + 1, (index + 1) * large / small)
  }

  private static func mean(
    of frame: Frame, _ rows: Range<Int>, _ columns: Range<Int>, _ channel: Int
  ) -> UInt8 {
    let count = rows.count * columns.count
    var sum = count / 2
    for row in rows {
      for column in columns { sum += Int(frame.rgb[(row * frame.width + column) * 3 + channel]) }
    }
    return UInt8(sum / count)
  }
}
