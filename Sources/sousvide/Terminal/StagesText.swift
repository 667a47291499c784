import Foundation

/// Where stages come from, on the terminal.
struct StagesText {
  let console: Console

  func text(_ stages: [StageOutlook], runs: String) -> String {
    let width = stages.map(\.stage.count).max() ?? 0
    var lines = [console.style("stages, by what the runs in \(runs) have", .bold)]
    for stage in stages {
      let name = stage.stage.padding(toLength: width, withPad: " ", startingAt: 0)
      let indent = String(repeating: " ", count: width + 5)
      lines.append("  \(name)   \(outcome(stage))")
      lines += reasons(stage).map { indent + $0 }
    }
    return lines.joined(separator: "\n")
  }

  private func outcome(_ stage: StageOutlook) -> String {
    if let holder = stage.holder { return "is taken over from \(holder)" }
    guard let nearest = stage.nearest else { return "is made: no run has made one like it" }
    return "is made: nearest is \(nearest.stage) of \(nearest.run), with \(nearest.equalNodes) of "
      + "\(nearest.nodes) nodes equal"
  }

  /// Settings where any says it, and otherwise the nodes: data or weights can be other ones under the same name.
  private func reasons(_ stage: StageOutlook) -> [String] {
    guard let nearest = stage.nearest else { return [] }
    guard nearest.settings.isEmpty else {
      return nearest.settings.map { setting in
        let place = setting.origin.map { "   " + console.style($0, .faint) } ?? ""
        return "\(setting.path): \(setting.value ?? "gone"), there \(setting.recorded ?? "absent")"
          + place
      }
    }
    return nearest.causes.map { cause in
      guard let recorded = cause.recorded else { return "\(cause.node) is new: \(cause.settings)" }
      return recorded == cause.settings
        ? "\(cause.node): other contents or code under the same settings"
        : "\(cause.node): \(cause.settings), there \(recorded)"
    }
  }
}
