extension TrainingGraph {
  /// The graph as a Mermaid flowchart, which GitHub and many editors draw.
  public func planMermaid() -> String {
    let drawing = PlanDrawing(self)
    var lines = ["flowchart TD"]
    func line(_ index: Int) -> String {
      let box = drawing.boxes[index]
      return "n\(index)[\"\(escape(box.title))<br/><small>\(escape(box.subtitle))</small>\"]"
    }
    for index in drawing.boxes.indices where drawing.boxes[index].stage == nil {
      lines.append("  \(line(index))")
    }
    var stages: [String] = []
    for stage in drawing.boxes.compactMap(\.stage) where !stages.contains(stage) {
      stages.append(stage)
    }
    for (number, stage) in stages.enumerated() {
      lines.append("  subgraph s\(number)[\"\(escape(stage))\"]")
      for index in drawing.boxes.indices where drawing.boxes[index].stage == stage {
        lines.append("    \(line(index))")
      }
      lines.append("  end")
    }
    lines += drawing.edges.map { "  n\($0.from) --> n\($0.to)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func escape(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "\"": result += "#quot;"
      case "#": result += "#35;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "&": result += "&amp;"
      case "\n": result += " "
      default: result.append(character)
      }
    }
  }
}
