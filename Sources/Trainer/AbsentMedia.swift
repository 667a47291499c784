import Rewards
import TrainingGraph

/// The media of a record whose file nobody has at hand. Whoever is asked about them answers from what was said
/// before, which is known by their name.
struct AbsentMedia: ItemMedia {
  let name: String
  private let reason: String

  /// Of a response that comes from a file; nil for text alone.
  init?(ofStored item: DataRecord) {
    guard item.hasMedia else { return nil }
    name = item.path
    reason =
      "the media of '\(item.path)' are not at hand, for stored responses come without; store the verdict "
      + "with them, or have it from a run"
  }

  /// Of a recorded step; nil for text alone.
  ///
  /// - Parameter video: how the stage looked at media.
  init?(ofRecorded item: DataRecord, _ video: VideoSpecification?) {
    guard item.hasMedia, let video else { return nil }
    name = SampledMedia.name(item, video)
    reason =
      "the media of '\(item.path)' are not at hand, and the tape does not know what was seen of them"
  }

  func shown() throws -> ShownMedia { throw MediaFailure(reason, isMissing: true) }
}

extension TrainingGraph {
  /// How the media of a node's items are looked at; nil where there are none.
  func video(seenBy node: TrainingNode) -> VideoSpecification? {
    guard let items = inputs(of: node, .items).first else { return nil }
    switch items.operation {
    case .dataset(let dataset): return dataset.video
    case .view(let video): return video
    default: return video(seenBy: items)
    }
  }
}
