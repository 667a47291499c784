import Foundation
import Models
import Rewards
import TrainingGraph
import VideoInput

/// The records of a dataset as prompts for a policy. Decoded frames are kept, up to a limit.
final class ItemStore {
  let name: String
  /// The records with where their media are.
  let loaded: LoadedDataset
  var records: [DataRecord] { loaded.records }
  /// How media are looked at; nil where no record has any.
  let video: VideoSpecification?
  private let processor: FrameProcessor
  private let frames = FrameCache()
  /// What a record takes in memory, about.
  static let recordBytes = 4096

  convenience init(_ dataset: DatasetSpecification, _ loaded: LoadedDataset) throws {
    try self.init(dataset.name, loaded, dataset.video)
  }

  init(_ name: String, _ loaded: LoadedDataset, _ video: VideoSpecification?) throws {
    guard !loaded.records.isEmpty else { throw TrainerError.emptyDataset(name) }
    self.name = name
    self.loaded = loaded
    self.video = video
    processor = video.map(\.processor) ?? FrameProcessor()
  }

  /// The prompts of the records at `indices`, with their patches.
  ///
  /// - Throws: `VideoError` naming the file, `TrainerError.otherMedia` or `.unseenMedia`; a sample is never
  ///   replaced by another.
  func prompts(_ indices: [Int], _ format: PromptFormat) throws -> [Prompt] {
    try indices.map { index in
      let record = records[index]
      guard record.hasMedia else { return try format.prompt(record, text: nil) }
      let patches = try processor.patches(of: sampled(record))
      return try format.prompt(record, visual: patches)
    }
  }

  /// The prompt of one record with its frames changed.
  ///
  /// - Parameter order: draws the order of shuffled frames.
  func prompt(
    _ index: Int, _ format: PromptFormat, change: FrameChange, order: Philox
  ) throws -> Prompt {
    let record = records[index]
    guard change != .missing, record.hasMedia else { return try format.prompt(record, text: nil) }
    var sampled = try sampled(record)
    switch change {
    case .shuffled:
      var order = order
      sampled.frames = order.shuffled(sampled.frames)
    case .masked, .missing:
      sampled.frames = sampled.frames.map {
        Frame(width: $0.width, height: $0.height, red: 0, green: 0, blue: 0)
      }
    }
    return try format.prompt(record, visual: processor.patches(of: sampled))
  }

  /// What judges and generators see of a record's media; nil for text alone, and where nothing says how media are
  /// looked at.
  ///
  /// - Parameter isKept: whether decoded frames are kept, for those who come back to the record.
  func media(_ index: Int, isKept: Bool = true) -> SampledMedia? {
    let record = records[index]
    guard record.hasMedia, let video else { return nil }
    let url = loaded.file(of: record)
    let path = mediaPath(record)
    let frames = isKept ? frames : nil
    return SampledMedia(record, url, video) { [name] in
      let sampled =
        try frames?.frames(of: url, video.sampler)
        ?? VideoReader.frames(of: url, sampler: video.sampler)
      try Self.check(sampled, is: record.dataType, dataset: name, path: path)
      return sampled
    }
  }

  /// Where the media of a record are, from where the run was started; empty for text alone.
  func mediaPath(_ record: DataRecord) -> String {
    record.hasMedia ? loaded.file(of: record).relativePath : ""
  }

  /// The frames of a record, which must be what the record says: a video or a picture.
  private func sampled(_ record: DataRecord) throws -> SampledVideo {
    guard let sampler = video?.sampler else {
      throw TrainerError.unseenMedia(dataset: name, path: mediaPath(record))
    }
    let media = try frames.frames(of: loaded.file(of: record), sampler)
    try Self.check(media, is: record.dataType, dataset: name, path: mediaPath(record))
    return media
  }

  /// - Throws: `TrainerError.otherMedia` unless a file holds what its record says.
  private static func check(
    _ media: SampledVideo, is stated: String, dataset: String, path: String
  ) throws {
    let found = media.isImage ? "image" : "video"
    guard found == stated else {
      throw TrainerError.otherMedia(dataset: dataset, path: path, stated: stated, found: found)
    }
  }
}

extension VideoSpecification {
  /// The sampler that a reader of files follows.
  var sampler: FrameSampler {
    switch sampling {
    case .uniform: .uniform(count: frames)
    case .adaptive: .adaptive(count: frames)
    case .rate(let framesPerSecond, let minimum):
      .rate(framesPerSecond: framesPerSecond, minimum: minimum, maximum: frames)
    }
  }

  /// What makes patches of frames.
  var processor: FrameProcessor {
    var processor = FrameProcessor(minPixels: minimumPixels, maxPixels: maximumPixels)
    processor.mean = mean
    processor.standardDeviation = standardDeviation
    return processor
  }

  /// What a checkpoint's `preprocessor_config.json` says of frames.
  var frameSettings: FrameSettings {
    FrameSettings(
      minimumPixels: minimumPixels, maximumPixels: maximumPixels, mean: mean,
      standardDeviation: standardDeviation)
  }
}
