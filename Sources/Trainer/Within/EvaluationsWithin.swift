import TrainingGraph

/// The evaluations that are asked while a stage trains, of its policy as it is then.
struct EvaluationsWithin {
  /// One of them.
  struct Asked {
    let evaluation: Evaluation
    let every: Int
    /// Whether it chooses which checkpoint becomes the stage's result.
    let chooses: Bool
    /// The accuracy of guessing without looking, where that is known.
    let blind: Double?

    var name: String { evaluation.specification.name }
  }

  let all: [Asked]
  /// What chooses the stage's result; nil where that is the last checkpoint.
  let selection: SelectionSpecification?
  var findings: StageFindings

  /// Those that are due after a step and not asked yet. The last step is a candidate too; for what chooses nothing,
  /// the stage's result is evaluated when it is over.
  func due(after step: Int, of steps: Int) -> [Asked] {
    all.filter { asked in
      guard step > 0, findings.asked[asked.name] != step else { return false }
      return step < steps ? step % asked.every == 0 : step == steps && asked.chooses
    }
  }

  /// Notes what an evaluation has found.
  ///
  /// - Returns: Whether the checkpoint is the best so far.
  /// - Throws: `TrainerError.nothingToChooseBy` where the first of the candidates has no value: then, most likely,
  ///   none will.
  mutating func note(_ asked: Asked, _ record: EvaluationRecord) throws -> Bool {
    var isBest = false
    if asked.chooses, let selection {
      if let value = record.values[selection.metric] {
        isBest = findings.best.map { selection.prefers(value, to: $0.value) } ?? true
        findings.candidates.append(StageSelection.Candidate(step: record.step, value: value))
      } else if findings.candidates.isEmpty {
        throw TrainerError.nothingToChooseBy(
          selection.text, stage: record.stage, step: record.step)
      }
    }
    findings.asked[asked.name] = record.step
    return isBest
  }

  /// What was chosen, when all steps are made.
  func choice(of steps: Int) -> StageSelection? {
    guard let selection, let best = findings.best, let asked = all.first(where: \.chooses) else {
      return nil
    }
    return StageSelection(
      metric: selection.text, evaluation: asked.name, recorded: selection.metric,
      maximizes: selection.maximizes, best: best,
      last: findings.candidates.last { $0.step == steps }, candidates: findings.candidates.count,
      steps: steps)
  }
}
