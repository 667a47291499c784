/// Places the boxes of an acyclic graph in layers, inputs above what reads them (the scheme of
/// Sugiyama, Tagawa and Toda, 1981): layers by longest path, long edges through a free slot in every
/// layer they pass, order within a layer by the mean place of the neighbours.
struct LayeredLayout {
  struct Point: Equatable {
    var x: Double
    var y: Double
  }

  static let boxWidth = 208.0
  static let boxHeight = 46.0
  private static let slotWidth = 18.0
  private static let gap = 18.0
  private static let layerHeight = 92.0
  private static let margin = 24.0

  /// The upper left corner of each box.
  private(set) var corners: [Point]
  /// For each edge the points it passes, from the lower side of one box to the upper side of another.
  private(set) var routes: [[Point]]
  private(set) var width: Double
  private(set) var height: Double

  /// - Parameter edges: between boxes by number; those that would close a circle are not drawn.
  init(boxes: Int, edges: [(from: Int, to: Int)]) {
    let depths = Self.depths(boxes, edges)
    var slots = (0..<boxes).map { Slot(layer: depths[$0], box: $0) }
    var links: [(Int, Int)] = []
    let chains = edges.map { edge -> [Int] in
      var chain = [edge.from]
      for layer in depths[edge.from] + 1..<max(depths[edge.from] + 1, depths[edge.to]) {
        chain.append(slots.count)
        slots.append(Slot(layer: layer, box: nil))
      }
      chain.append(edge.to)
      links += zip(chain, chain.dropFirst()).map { ($0, $1) }
      return chain
    }
    var layers = Self.order(slots, links)
    if layers.isEmpty { layers = [[]] }

    let widths = layers.map { layer in
      layer.reduce(-Self.gap) { $0 + slots[$1].width + Self.gap }
    }
    let total = max(0, widths.max() ?? 0)
    var centres = [Point](repeating: Point(x: 0, y: 0), count: slots.count)
    for (number, layer) in layers.enumerated() {
      var x = Self.margin + (total - widths[number]) / 2
      let y = Self.margin + Double(number) * Self.layerHeight + Self.boxHeight / 2
      for slot in layer {
        centres[slot] = Point(x: x + slots[slot].width / 2, y: y)
        x += slots[slot].width + Self.gap
      }
    }
    corners = (0..<boxes).map {
      Point(x: centres[$0].x - Self.boxWidth / 2, y: centres[$0].y - Self.boxHeight / 2)
    }
    routes = chains.map { chain in
      chain.indices.map { index in
        var point = centres[chain[index]]
        if index == 0 { point.y += Self.boxHeight / 2 }
        if index == chain.count - 1 { point.y -= Self.boxHeight / 2 }
        return point
      }
    }
    width = total + 2 * Self.margin
    height =
      Double(layers.count - 1) * Self.layerHeight + Self.boxHeight + 2 * Self.margin
  }

  /// A box, or the place where a long edge passes a layer.
  private struct Slot {
    var layer: Int
    var box: Int?
    var width: Double { box == nil ? LayeredLayout.slotWidth : LayeredLayout.boxWidth }
  }

  /// Edges lead from lower to higher numbers: nodes come after their inputs. What reads nothing stands
  /// just above the first box that reads it.
  private static func depths(_ boxes: Int, _ edges: [(from: Int, to: Int)]) -> [Int] {
    var depths = [Int](repeating: 0, count: boxes)
    for edge in edges.sorted(by: { $0.to < $1.to }) where edge.from < edge.to {
      depths[edge.to] = max(depths[edge.to], depths[edge.from] + 1)
    }
    let read = Set(edges.map(\.to))
    for box in 0..<boxes where !read.contains(box) {
      let readers = edges.filter { $0.from == box }.map { depths[$0.to] }
      depths[box] = max(0, (readers.min() ?? 1) - 1)
    }
    return depths
  }

  private static func order(_ slots: [Slot], _ links: [(Int, Int)]) -> [[Int]] {
    var layers = [[Int]](repeating: [], count: (slots.map(\.layer).max() ?? -1) + 1)
    for (index, slot) in slots.enumerated() { layers[slot.layer].append(index) }
    var above: [Int: [Int]] = [:]
    var below: [Int: [Int]] = [:]
    for (from, to) in links {
      above[to, default: []].append(from)
      below[from, default: []].append(to)
    }
    for sweep in 0..<8 {
      let down = sweep % 2 == 0
      for number in down ? Array(layers.indices) : layers.indices.reversed() {
        var place = [Int: Double](minimumCapacity: slots.count)
        for layer in layers {
          for (index, slot) in layer.enumerated() {
            place[slot] = (Double(index) + 0.5) / Double(layer.count)
          }
        }
        func wanted(_ slot: Int) -> Double {
          let neighbours = (down ? above : below)[slot, default: []].compactMap { place[$0] }
          return neighbours.isEmpty
            ? place[slot] ?? 0 : neighbours.reduce(0, +) / Double(neighbours.count)
        }
        layers[number] = layers[number].enumerated()
          .map { (slot: $0.element, key: wanted($0.element), index: $0.offset) }
          .sorted { ($0.key, $0.index) < ($1.key, $1.index) }
          .map(\.slot)
      }
    }
    return layers
  }
}
