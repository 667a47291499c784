import RecipeLanguage

extension TrainingGraph {
  /// A number that changes over a stage.
  struct PlannedSchedule {
    var stage: String
    /// As the recipe names it: `kl.coefficient`, `rewards.correct.weight`.
    var key: String
    var schedule: Schedule
    /// Nil where they are known only once the data are read.
    var steps: Int?
  }

  /// Every number of the graph that is not the same at every step, in the order of the nodes.
  var changingSchedules: [PlannedSchedule] {
    nodes.flatMap { node -> [PlannedSchedule] in
      let stage = node.id.path.prefix { $0 != "/" }
      func planned(_ key: String, _ schedule: Schedule, _ steps: Int?) -> [PlannedSchedule] {
        schedule.isConstant
          ? [] : [PlannedSchedule(stage: String(stage), key: key, schedule: schedule, steps: steps)]
      }
      switch node.operation {
      case .supervise(let stage):
        let steps: Int? = if case .steps(let count) = stage.duration { count } else { nil }
        return planned("learning_rate", stage.learningRate, steps)
      case .update(let update): return planned("learning_rate", update.learningRate, update.steps)
      case .rollout(let rollout):
        return planned("sampling.temperature", rollout.temperature, steps(of: rollout.stage))
      case .loss(let loss):
        return planned("kl.coefficient", loss.kl.coefficient, steps(of: String(stage)))
      case .reward(let reward):
        guard let steps = steps(of: String(stage)) else { return [] }
        return planned("rewards.\(reward.name).weight", reward.weight, steps)
      default: return []
      }
    }
  }

  /// The plots below the nodes of a plan; none when nothing changes.
  var schedulePlots: [String] {
    changingSchedules.flatMap { planned in
      let plot = SchedulePlot(planned.schedule, steps: planned.steps)
      return ["", "\(planned.stage): \(planned.key)"] + plot.lines.map { "    " + $0 }
    }
  }

  /// The steps of a policy stage.
  private func steps(of stage: String) -> Int? {
    guard case .update(let update)? = self[NodeID(stage)]?.operation else { return nil }
    return update.steps
  }
}
