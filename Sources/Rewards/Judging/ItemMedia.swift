/// The video or the picture of an item, for whoever is asked about the item. They see the frames that the policy
/// sees: of the same sampler, as many, and of the same size.
public protocol ItemMedia: Sendable {
  /// Which file it is and how it is looked at: what its digest is remembered by where the file is gone.
  var name: String { get }
  /// What is shown of it. Reads the file; equal files give equal pictures.
  ///
  /// - Throws: `MediaFailure`.
  func shown() throws -> ShownMedia
}

/// The pictures that are shown of an item's media. Shared by those who ask about one item at the same time.
public final class ShownMedia: Sendable {
  /// One frame, or a still picture.
  public struct Picture: Sendable, Hashable {
    public let width: Int
    public let height: Int
    /// `height * width * 3` bytes: 8-bit RGB, rows from the top.
    public let rgb: [UInt8]
    /// Its place in the video; nil for a still picture.
    public let seconds: Double?

    public init(width: Int, height: Int, rgb: [UInt8], seconds: Double?) {
      self.width = width
      self.height = height
      self.rgb = rgb
      self.seconds = seconds
    }
  }

  public let pictures: [Picture]
  /// Seconds of video that one picture stands for; nil for a still picture.
  public let secondsPerPicture: Double?
  /// SHA-256 over all that is shown, sizes and times included: what questions about it are known by.
  public let digest: String

  public init(pictures: [Picture], secondsPerPicture: Double?, digest: String) {
    self.pictures = pictures
    self.secondsPerPicture = secondsPerPicture
    self.digest = digest
  }
}

extension ShownMedia: Hashable {
  public static func == (a: ShownMedia, b: ShownMedia) -> Bool { a.digest == b.digest }
  public func hash(into hasher: inout Hasher) { hasher.combine(digest) }
}

/// Why media cannot be shown.
public struct MediaFailure: Error, Sendable, Hashable, CustomStringConvertible {
  /// Names the file.
  public let message: String
  /// Whether the file is not there, rather than of no use.
  public let isMissing: Bool

  public init(_ message: String, isMissing: Bool) {
    self.message = message
    self.isMissing = isMissing
  }

  public var description: String { message }
}
