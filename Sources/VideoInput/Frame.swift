/// One picture: 8-bit RGB, rows from the top, channels interleaved.
public struct Frame: Sendable, Equatable {
  public var width: Int
  public var height: Int
  /// `height * width * 3` bytes.
  public var rgb: [UInt8]

  public init(width: Int, height: Int, rgb: [UInt8]) {
    precondition(rgb.count == width * height * 3, "a frame holds width x height x 3 bytes")
    self.width = width
    self.height = height
    self.rgb = rgb
  }

  /// A frame of one colour.
  public init(width: Int, height: Int, red: UInt8, green: UInt8, blue: UInt8) {
    self.init(
      width: width, height: height,
      rgb: (0..<width * height).flatMap { _ in [red, green, blue] })
  }
}
