import Foundation
import Rewards
import VideoInput

@testable import Judges

/// Media of a few pixels, or those that cannot be shown.
struct StillLife: ItemMedia {
  var name = "a.mp4, 2 frames"
  var result: Result<ShownMedia, MediaFailure>

  init(_ shown: ShownMedia) { result = .success(shown) }
  init(_ failure: MediaFailure) { result = .failure(failure) }

  func shown() throws -> ShownMedia { try result.get() }

  static let red = Frame(width: 56, height: 28, red: 230, green: 40, blue: 40)
  static let blue = Frame(width: 56, height: 28, red: 40, green: 40, blue: 230)

  private static func picture(_ frame: Frame, at seconds: Double?) -> ShownMedia.Picture {
    ShownMedia.Picture(
      width: frame.width, height: frame.height, rgb: frame.rgb, seconds: seconds)
  }

  /// A red frame, and a blue one after a second and a half.
  static let video = ShownMedia(
    pictures: [picture(red, at: 0), picture(blue, at: 1.5)], secondsPerPicture: 1.5,
    digest: "5e11")
  static let still = ShownMedia(
    pictures: [picture(blue, at: nil)], secondsPerPicture: nil, digest: "b1ue")
}

/// The question of `asked`, about what can be seen.
func asked(seeing media: StillLife?, _ observation: String = "red") -> JudgeRequest {
  JudgeRequest(
    judge: "sufficiency",
    fields: [
      .init(path: "item.problem", text: "which way does it move ?"),
      .init(path: "item.media", text: media?.name ?? ""),
      .init(path: "segment.observation", text: observation),
    ], media: media)
}

let seeingPrompt = """
  {item.media}
  Question: {item.problem}
  {segment.observation | fence}
  """
