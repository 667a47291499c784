/// One image or video as the vision tower reads it: a grid of patches, each a flat row of normalized pixels.
///
/// Rows are in the order of Qwen2-VL's processors: time, then blocks of `mergeSize` x `mergeSize` patches (so that the
/// patches merged into one token are neighbours), then the patches of a block. The values of a row are in the order
/// channel, frame within the temporal patch, y, x.
public struct VisualPatches: Sendable, Equatable {
  public enum Kind: Sendable, Hashable { case image, video }

  public var kind: Kind
  /// The grid, in patches: temporal patches, rows of patches, columns of patches.
  public var temporal, height, width: Int
  /// Seconds between the starts of two neighbouring temporal patches; 0 for an image.
  public var secondsPerGrid: Double
  /// `[temporal * height * width, channels * temporalPatchSize * patchSize * patchSize]`, row-major.
  public var values: [Float]

  public init(
    kind: Kind, temporal: Int, height: Int, width: Int, secondsPerGrid: Double, values: [Float]
  ) {
    self.kind = kind
    self.temporal = temporal
    self.height = height
    self.width = width
    self.secondsPerGrid = secondsPerGrid
    self.values = values
  }

  /// How many patches the grid holds: the number of rows of `values`.
  public var patchCount: Int { temporal * height * width }
}
