import Foundation
import Testing

@testable import TrainingGraph

/// Drawings of the graph in three languages.
struct PlanDrawingTests {
  private let graph: TrainingGraph
  init() throws { graph = try SampleRecipe.graph() }

  @Test func everyNodeIsDrawnOnceWithEvaluationsAsOneBox() {
    let drawing = PlanDrawing(graph)
    #expect(Set(drawing.boxes.map(\.id)).count == drawing.boxes.count)
    let evaluations = drawing.boxes.filter { $0.operation == "evaluate" }
    #expect(!evaluations.isEmpty)
    for evaluation in evaluations {
      #expect(!drawing.boxes.contains { $0.id.hasPrefix("\(evaluation.id)/") })
      #expect(drawing.edges.contains { drawing.boxes[$0.to].id == evaluation.id })
    }
    for edge in drawing.edges { #expect(edge.from < edge.to) }
  }

  @Test func boxesDoNotOverlapAndEdgesLeadDown() {
    let drawing = PlanDrawing(graph)
    let layout = LayeredLayout(
      boxes: drawing.boxes.count, edges: drawing.edges.map { ($0.from, $0.to) })
    for (index, one) in layout.corners.enumerated() {
      #expect(one.x >= 0 && one.x + LayeredLayout.boxWidth <= layout.width)
      #expect(one.y >= 0 && one.y + LayeredLayout.boxHeight <= layout.height)
      for other in layout.corners[(index + 1)...] {
        let apart =
          abs(one.x - other.x) >= LayeredLayout.boxWidth
          || abs(one.y - other.y) >= LayeredLayout.boxHeight
        #expect(apart)
      }
    }
    for route in layout.routes {
      for (from, to) in zip(route, route.dropFirst()) { #expect(from.y < to.y) }
    }
  }

  @Test func anEmptyGraphHasALayout() {
    let layout = LayeredLayout(boxes: 0, edges: [])
    #expect(layout.corners.isEmpty && layout.width > 0 && layout.height > 0)
  }

  @Test func thePictureIsWellFormedXML() throws {
    let parser = XMLChecker()
    #expect(parser.accepts(graph.planSVG()))
    #expect(graph.planSVG().contains("rl"))
  }

  @Test func theFlowchartsNameEveryBox() {
    let mermaid = graph.planMermaid()
    let dot = graph.planDOT()
    #expect(mermaid.hasPrefix("flowchart TD\n"))
    #expect(dot.hasPrefix("digraph ") && dot.hasSuffix("}\n"))
    for index in PlanDrawing(graph).boxes.indices {
      #expect(mermaid.contains("n\(index)["))
      #expect(dot.contains("n\(index) [label="))
    }
  }
}

/// Checks that tags are closed in order and attributes are quoted.
private struct XMLChecker {
  func accepts(_ text: String) -> Bool {
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      guard let end = rest[start...].firstIndex(of: ">") else { return false }
      let tag = rest[rest.index(after: start)..<end]
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { $0 != " " })
      }
      guard tag.count(where: { $0 == "\"" }) % 2 == 0 else { return false }
      rest = rest[rest.index(after: end)...]
    }
    return open.isEmpty
  }
}
