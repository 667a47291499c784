/// "which colour flashes ?": for one or two frames of ninety-six the background lights up.
///
/// VIDEOP2R names the key frame that even sampling misses as its first failure. Eight evenly spaced frames meet the
/// flash in one clip of seven, sixteen in one of four; a sampler that follows the change of the picture always does.
/// Objects pass meanwhile, and their colours are offered and right as often as the others, so that what every frame
/// shows does not help.
struct KeyFrameFamily: QuestionFamily {
  let name = "key_frame"
  let problemType = "multiple choice"
  let film = Film.fine

  func plan(random: inout ClipRandom) -> ScenePlan {
    var plan = ScenePlan.oneOrTwo(&random)
    plan.film = film
    plan.hasFlash = true
    return plan
  }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    guard let flash = scene.flash?.fact.colour else { return nil }
    let present = scene.facts.objects.map(\.colour)
    let absent = Colour.allCases.filter { !present.contains($0) && $0 != flash }
    let offered = [flash] + present.filter { $0 != flash } + random.shuffled(absent)
    return Question(
      family: name, problem: "which colour flashes ?",
      options: random.shuffled(Array(offered.prefix(4))).map(\.rawValue))
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words == ["which", "colour", "flashes", "?"] else { return nil }
    return Question(family: name, problem: problem, options: options)
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    facts.flashes.count == 1 ? facts.flashes[0].colour.rawValue : nil
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    "the flash is \(conclusion)"
  }

  func evidence(_ question: Question, _ facts: ClipFacts) -> ClipFacts {
    facts.flashes.isEmpty ? facts : ClipFacts([], flashes: facts.flashes)
  }
}
