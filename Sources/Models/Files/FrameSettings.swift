import Foundation
import VideoInput

/// How frames become patches, as `preprocessor_config.json` records it.
public struct FrameSettings: Sendable, Hashable {
  static let fileName = "preprocessor_config.json"

  /// Bounds on the pixels of a resized frame.
  public var minimumPixels: Int
  public var maximumPixels: Int
  /// Red, green, blue; of values between 0 and 1.
  public var mean: [Double]
  public var standardDeviation: [Double]

  /// The published values (those of CLIP).
  public init(
    minimumPixels: Int = 3136, maximumPixels: Int = 12_845_056,
    mean: [Double] = [0.48145466, 0.4578275, 0.40821073],
    standardDeviation: [Double] = [0.26862954, 0.26130258, 0.27577711]
  ) {
    self.minimumPixels = minimumPixels
    self.maximumPixels = maximumPixels
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// Those of a model's folder; the published ones where it does not say.
  ///
  /// - Throws: `ModelError` that names the file and the key.
  public init(ofFolder folder: URL) throws {
    self.init()
    let url = folder.appendingPathComponent(Self.fileName)
    guard FileManager.default.fileExists(atPath: url.path) else { return }
    let settings = try JSONNode(contentsOf: url)
    if let node = settings["min_pixels"] { minimumPixels = try node.integer(in: 1...Int.max) }
    if let node = settings["max_pixels"] { maximumPixels = try node.integer(in: 1...Int.max) }
    mean = try settings["image_mean"].map { try Self.colours($0) { _ in true } } ?? mean
    standardDeviation =
      try settings["image_std"].map { try Self.colours($0) { $0 > 0 } } ?? standardDeviation
  }

  private static func colours(
    _ node: JSONNode, _ isUsable: (Double) -> Bool
  ) throws -> [Double] {
    let values = try node.elements().map { try $0.number() }
    guard values.count == 3, values.allSatisfy({ $0.isFinite && isUsable($0) }) else {
      throw node.failure("three numbers are needed, for red, green and blue")
    }
    return values
  }

  /// What makes patches of frames that have their size already: resized no further than whole patches demand.
  func processor(of vision: VisionConfiguration, width: Int, height: Int) -> FrameProcessor {
    let side = vision.patchSize * vision.spatialMergeSize
    var processor = FrameProcessor(minPixels: 1, maxPixels: max(width * height, side * side))
    processor.patchSize = vision.patchSize
    processor.temporalPatchSize = vision.temporalPatchSize
    processor.mergeSize = vision.spatialMergeSize
    processor.mean = mean
    processor.standardDeviation = standardDeviation
    return processor
  }

  func json(_ vision: VisionConfiguration) -> JSONValue {
    .object([
      .init("image_mean", .array(mean.map { .number($0) })),
      .init("image_processor_type", .string("Qwen2VLImageProcessor")),
      .init("image_std", .array(standardDeviation.map { .number($0) })),
      .init("max_pixels", .integer(maximumPixels)),
      .init("merge_size", .integer(vision.spatialMergeSize)),
      .init("min_pixels", .integer(minimumPixels)),
      .init("patch_size", .integer(vision.patchSize)),
      .init("processor_class", .string("Qwen2_5_VLProcessor")),
      .init("temporal_patch_size", .integer(vision.temporalPatchSize)),
    ])
  }
}
