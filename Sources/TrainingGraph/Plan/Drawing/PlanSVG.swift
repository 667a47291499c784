import Foundation

extension TrainingGraph {
  /// The graph as a picture of its own, without scripts or outside fonts.
  public func planSVG() -> String {
    let drawing = PlanDrawing(self)
    let layout = LayeredLayout(
      boxes: drawing.boxes.count, edges: drawing.edges.map { ($0.from, $0.to) })
    var lines = [
      """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(number(layout.width)) \
      \(number(layout.height))" width="\(number(layout.width))" height="\(number(layout.height))" \
      font-family="system-ui, sans-serif" role="img">
      """,
      "<title>\(escaped(run.title))</title>",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      "<g fill=\"none\" stroke=\"#8a94a6\" stroke-width=\"1.2\">",
    ]
    lines += layout.routes.map { "<path d=\"\(path($0))\"/>" }
    lines.append("</g>")
    for (box, corner) in zip(drawing.boxes, layout.corners) {
      let colour = Self.colours[box.operation] ?? "#eef1f5"
      lines.append(
        """
        <g transform="translate(\(number(corner.x)) \(number(corner.y)))">\
        <title>\(escaped("\(box.id): \(box.subtitle)"))</title>\
        <rect width="\(number(LayeredLayout.boxWidth))" height="\(number(LayeredLayout.boxHeight))" \
        rx="6" fill="\(colour)" stroke="#5b6675"/>\
        <text x="10" y="19" font-size="12" font-weight="600" fill="#14181f">\
        \(escaped(shortened(box.title, to: 30)))</text>\
        <text x="10" y="35" font-size="10" fill="#3d4654">\
        \(escaped(shortened(box.subtitle, to: 34)))</text></g>
        """)
    }
    return lines.joined(separator: "\n") + "\n</svg>\n"
  }

  /// One hue per kind of work; the words in the box say the same.
  private static let colours = [
    "dataset": "#e3ecf7", "tokenizer": "#e3ecf7", "model": "#e3ecf7", "judge": "#f3e6f5",
    "supervise": "#fdeccd", "update": "#fdeccd", "rollout": "#e2f2e4", "segment": "#e2f2e4",
    "reward": "#fbe3e0", "gate": "#fbe3e0", "normalize": "#e0f3f3", "credit": "#e0f3f3",
    "evaluate": "#ececf8",
  ]

  /// A smooth line through the points.
  private func path(_ points: [LayeredLayout.Point]) -> String {
    guard let first = points.first else { return "" }
    return zip(points, points.dropFirst()).reduce("M\(number(first.x)) \(number(first.y))") {
      let (from, to) = $1
      let middle = (from.y + to.y) / 2
      return $0
        + "C\(number(from.x)) \(number(middle)) \(number(to.x)) \(number(middle)) "
        + "\(number(to.x)) \(number(to.y))"
    }
  }

  private func number(_ value: Double) -> String {
    let rounded = (value * 10).rounded() / 10
    return Int(exactly: rounded).map(String.init) ?? "\(rounded)"
  }

  private func shortened(_ text: String, to count: Int) -> String {
    text.count > count ? text.prefix(count - 1) + "…" : text
  }

  private func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case _ where scalar.value < 0x20: result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
