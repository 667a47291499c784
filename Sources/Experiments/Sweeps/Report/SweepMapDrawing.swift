/// Draws the places of a map side by side, with the values along its two directions.
struct SweepMapDrawing {
  /// The corner of a place, and its size.
  struct Frame {
    var x: Double
    var y: Double
    var width: Double
    var height: Double

    /// The centre.
    var middle: Double { x + width / 2 }

    func rectangle(_ style: String) -> HTML {
      """
      <rect class="\(style)" x="\(x)" y="\(y)" width="\(width)" height="\(height)"/>
      """
    }
  }

  var map: SweepMap
  /// Of a place; nil to share the width of a small chart.
  var width: Double?
  var height: Double

  /// - Parameter place: what is drawn at a place.
  func svg(describedAs label: String, place: (SweepMap.Place, Frame) -> HTML) -> HTML {
    let left = 14 + 6.6 * Double(map.rows.map(\.count).max() ?? 0)
    let top = 40.0
    let width = width ?? max(30, (360 - left) / Double(map.columns.count))
    var body: [HTML] = [
      "<text class=\"axis\" x=\"0\" y=\"13\">\(map.rowTitle) \u{2193}  \(map.columnTitle) \u{2192}</text>"
    ]
    body += map.columns.enumerated().map { index, name in
      "<text class=\"column\" x=\"\(left + width * (Double(index) + 0.5))\" y=\"32\">\(name)</text>"
    }
    for (row, name) in map.rows.enumerated() {
      let y = top + height * Double(row)
      body.append(
        "<text class=\"row\" x=\"\(left - 8)\" y=\"\(y + height / 2 + 4)\">\(name)</text>")
      for (column, found) in map.places[row].enumerated() where found != .nothing {
        body.append(
          place(
            found,
            Frame(x: left + width * Double(column), y: y, width: width, height: height)))
      }
    }
    let size = (left + width * Double(map.columns.count), top + height * Double(map.rows.count))
    let limits: HTML =
      self.width == nil
      ? "" : " style=\"max-width:\(size.0 * 1.15)px;min-width:\(size.0 * 0.8)px\""
    return """
      <svg viewBox="0 0 \(size.0) \(size.1)" role="img" aria-label="\(label)"\(limits)>\(body)</svg>
      """
  }
}
