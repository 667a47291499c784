/// How a trace is laid out.
public enum TraceForm: String, Codable, CaseIterable, Sendable {
  /// `<observation> … </observation> <think> … </think> <answer> … </answer>` (VIDEOP2R).
  case observed
  /// `<time>MM:SS-MM:SS</time> <caption> … </caption> <think> … </think>` as often as needed, then
  /// `<answer> … </answer>` (Video-Thinker).
  case timed
  /// `<think> … </think> <answer> … </answer>`: what was seen and what follows from it in one thought (Video-R1, and
  /// what VIDEOP2R calls process-agnostic).
  case thought
}

/// A teacher's answer to a question: what it saw, its reasoning and its answer.
struct Trace: Sendable {
  /// Everything it saw, as an observation.
  var observation: String
  var reasoning: String
  var answer: String
  /// The stretches it looked at, in the timed form; nil in the other.
  var blocks: [TimedObservation.Block]?
  var form: TraceForm

  /// - Parameters:
  ///   - stated: what the trace says is in the clip.
  ///   - told: what of that it looks at, stretch by stretch, in the timed form.
  ///   - believed: what its reasoning rests on.
  ///   - conclusion: where its reasoning ends.
  init(
    _ question: Question, by family: any QuestionFamily, stated: ClipFacts, told: ClipFacts,
    believed: ClipFacts, conclusion: String, answer: String, form: TraceForm
  ) {
    observation = Observation.text(stated)
    reasoning = family.reasoning(question, believed, conclusion: conclusion)
    self.answer = answer
    self.form = form
    blocks = form == .timed ? TimedObservation.blocks(told) : nil
  }

  /// The reasoning in its tags: one thought, which begins with the observation where that has no segment of its own; in
  /// the timed form the blocks, of which the last one concludes.
  var process: String {
    guard let blocks else {
      let seen = form == .thought ? "\(observation) " : ""
      return "<think> \(seen)\(reasoning) </think>"
    }
    return blocks.enumerated().map { index, block in
      let thought = index == blocks.count - 1 ? reasoning : "look on"
      return "<time>\(block.time)</time>\n<caption> \(block.caption) </caption>\n"
        + "<think> \(thought) </think>"
    }.joined(separator: "\n")
  }

  /// The whole response. Spaces inside the tags keep every word one token of a byte-level BPE, and the line ends keep
  /// a closing tag from sharing a token with the opening tag that follows.
  var text: String {
    let start = form == .observed ? "<observation> \(observation) </observation>\n" : ""
    return "\(start)\(process)\n<answer> \(answer) </answer>"
  }
}
