import Trainer

/// Shows the events of a run on the progress display.
struct ProgressObserver: TrainingObserver {
  let progress: Progress

  func receive(_ event: TrainingEvent) {
    switch event {
    case .stageStarted(let stage):
      progress.stageStarted(
        stage.stage, algorithm: stage.algorithm, completed: stage.completedSteps, of: stage.steps)
    case .step(let record):
      progress.step(record.step, values: record.values)
    case .evaluation(let record):
      progress.evaluated(record.evaluation, after: record.stage, values: record.values)
    case .intermediate(let record, _):
      progress.evaluated(
        record.evaluation, within: record.stage, after: record.step, values: record.values)
    case .stageFinished(let finish):
      progress.stageFinished()
      if let choice = finish.choice { progress.say("  \(finish.stage): \(choice)") }
      if let funnel = finish.funnel { progress.say(FunnelText.line(finish.stage, funnel)) }
    case .damagedState(let file):
      progress.warn(
        "'\(file)' is damaged (its bytes are not those that were saved); going on with the state "
          + "before it")
    case .trace, .evaluated, .rollouts:
      break
    }
  }

  func synchronize() {}
}

/// Hands every event to several observers, in order.
struct Observers: TrainingObserver {
  let observers: [any TrainingObserver]

  func receive(_ event: TrainingEvent) throws {
    for observer in observers { try observer.receive(event) }
  }

  func synchronize() throws {
    for observer in observers { try observer.synchronize() }
  }
}
