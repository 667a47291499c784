extension TrainingGraph {
  /// The graph in Graphviz's language.
  public func planDOT() -> String {
    let drawing = PlanDrawing(self)
    var lines = [
      "digraph \(quoted(run.name)) {",
      "  node [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];",
    ]
    func line(_ index: Int) -> String {
      let box = drawing.boxes[index]
      return "n\(index) [label=\(quoted("\(box.title)\n\(box.subtitle)"))];"
    }
    for index in drawing.boxes.indices where drawing.boxes[index].stage == nil {
      lines.append("  \(line(index))")
    }
    var stages: [String] = []
    for stage in drawing.boxes.compactMap(\.stage) where !stages.contains(stage) {
      stages.append(stage)
    }
    for (number, stage) in stages.enumerated() {
      lines.append("  subgraph cluster_\(number) {")
      lines.append("    label=\(quoted(stage));")
      for index in drawing.boxes.indices where drawing.boxes[index].stage == stage {
        lines.append("    \(line(index))")
      }
      lines.append("  }")
    }
    lines += drawing.edges.map { "  n\($0.from) -> n\($0.to);" }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  private func quoted(_ text: String) -> String {
    let body = text.reduce(into: "") { result, character in
      switch character {
      case "\"", "\\": result += "\\\(character)"
      case "\n": result += "\\n"
      default: result.append(character)
      }
    }
    return "\"\(body)\""
  }
}
