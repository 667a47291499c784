/// "what does the sign say ?": three digits to transcribe from a picture, scored by word error rate.
///
/// Pictures, because nearly half of VIDEOP2R's supervised records are, all of its OCR among them. The only family whose
/// answer is neither offered nor one of a few: a guess gets about one digit of six.
struct SignFamily: QuestionFamily {
  let name = "sign"
  let problemType = "OCR"
  let film = Film.still

  func plan(random: inout ClipRandom) -> ScenePlan {
    var plan = ScenePlan(film: film, objectCount: 0)
    plan.signSpan = VisibleSpan(0, film.seconds)
    return plan
  }

  func ask(about scene: Scene, random: inout ClipRandom) -> Question? {
    Question(family: name, problem: "what does the sign say ?")
  }

  func read(_ words: [String], problem: String, options: [String]) -> Question? {
    guard words == ["what", "does", "the", "sign", "say", "?"] else { return nil }
    return Question(family: name, problem: problem, options: options)
  }

  func solve(_ question: Question, _ facts: ClipFacts) -> String? {
    facts.signs.count == 1 ? facts.signs[0].text : nil
  }

  func reasoning(_ question: Question, _ facts: ClipFacts, conclusion: String) -> String {
    "the sign says \(conclusion)"
  }

  func conceivableAnswers(_ question: Question) -> [String] {
    (0..<10).map { "\($0) \(($0 + 3) % 10) \(($0 + 6) % 10)" }
  }

  func evidence(_ question: Question, _ facts: ClipFacts) -> ClipFacts {
    facts.signs.isEmpty ? facts : ClipFacts([], signs: facts.signs)
  }
}
