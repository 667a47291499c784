import RecipeLanguage

/// Questions with media, from a world or from files.
public struct DatasetSpecification: Sendable, Equatable {
  public var name: String
  /// `clipworld`, `records`, …: who provides the records.
  public var kind: String
  /// The kind's own settings, by name.
  public var settings: Record
  /// SHA-256 over the file of records, where there is one before the run; of generated records the version of their
  /// generator, where that has changed.
  public var contentDigest: String?
  /// How many records there are, where that is known before the run.
  public var recordCount: Int?
  /// How media are looked at; nil where no record has any.
  public var video: VideoSpecification?
  /// Nil where no passages are looked up.
  public var retrieval: RetrievalSpecification?

  public init(
    name: String, kind: String, settings: Record, contentDigest: String? = nil,
    recordCount: Int? = nil, video: VideoSpecification?, retrieval: RetrievalSpecification? = nil
  ) {
    self.retrieval = retrieval
    self.name = name
    self.contentDigest = contentDigest
    self.recordCount = recordCount
    self.kind = kind
    self.settings = settings
    self.video = video
  }
}

/// How the frames of a video are chosen.
public enum FrameSampling: Sendable, Codable, Equatable {
  /// Evenly spaced.
  case uniform
  /// More of them where the picture changes.
  case adaptive
  /// Evenly spaced, as many as the length asks for; at least `minimum`.
  case rate(framesPerSecond: Double, minimum: Int)
}

/// How videos become frames, and frames patches.
public struct VideoSpecification: Sendable, Codable, Equatable {
  /// Frames per video, an even number; the most there are where the number depends on the video.
  public var frames: Int
  public var sampling: FrameSampling
  /// Limits on the pixels of one resized frame.
  public var minimumPixels: Int
  public var maximumPixels: Int
  /// What becomes 0 and what becomes 1, for red, green and blue, of values between 0 and 1.
  public var mean: [Double]
  public var standardDeviation: [Double]

  public init(
    frames: Int, sampling: FrameSampling = .uniform, minimumPixels: Int, maximumPixels: Int,
    mean: [Double], standardDeviation: [Double]
  ) {
    self.frames = frames
    self.sampling = sampling
    self.minimumPixels = minimumPixels
    self.maximumPixels = maximumPixels
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The same for who has frame counts or pixel budgets of its own.
  ///
  /// - Parameter own: `video` of a stage or an evaluation.
  func with(_ own: Record?) -> VideoSpecification {
    var video = self
    video.frames = own?.optionalInteger("frames") ?? frames
    video.minimumPixels = own?.optionalInteger("min_pixels") ?? minimumPixels
    video.maximumPixels = own?.optionalInteger("max_pixels") ?? maximumPixels
    return video
  }
}
