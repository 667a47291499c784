/// A flash on its frames.
struct SceneFlash: Sendable {
  var fact: Flash
  /// One or two.
  var frames: Range<Int>
  /// Brightness of the lit background relative to the nominal colour, so that objects of the colour stay visible.
  static let brightness = 0.6

  /// Neither in the first frame nor in the last, which every sampler takes, and within one second. Its colour is as
  /// often that of any given object as any given other one that a question of four colours offers.
  init(in film: Film, beside objects: Set<Colour>, random: inout ClipRandom) {
    let length = 1 + random.below(2)
    let second = random.below(film.seconds)
    let first = max(1, second * film.framesPerSecond)
    let end = min(film.frameCount - 1, (second + 1) * film.framesPerSecond)
    let start = first + random.below(end - first - length + 1)
    let present = Colour.allCases.filter(objects.contains)
    let absent = Colour.allCases.filter { !objects.contains($0) }
    let isPresent = random.happens(Double(present.count) / 4)
    fact = Flash(colour: random.pick(isPresent ? present : absent), second: second)
    frames = start..<start + length
  }
}
