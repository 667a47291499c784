/// How long a clip is, and how finely it is filmed.
struct Film: Sendable, Hashable {
  var seconds: Int
  var framesPerSecond: Int

  var frameCount: Int { seconds * framesPerSecond }
  /// Whether clips are pictures rather than videos.
  var isStill: Bool { frameCount == 1 }

  /// Of most families: eight frames see all of it.
  static let usual = Film(seconds: 4, framesPerSecond: 4)
  /// Room for several visits one after another. Eight frames still see every second.
  static let long = Film(seconds: 8, framesPerSecond: 4)
  /// As smooth as cinema: what lasts one frame is between most of those that even sampling takes.
  static let fine = Film(seconds: 4, framesPerSecond: 24)
  /// One picture.
  static let still = Film(seconds: 1, framesPerSecond: 1)
}
