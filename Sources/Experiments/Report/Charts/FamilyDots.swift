/// Accuracy per family of questions before and after the last stage: one row each, a hollow dot where
/// it began, a filled one where it ended.
struct FamilyDots: Sendable {
  struct Row: Sendable {
    var name: String
    var before: Double?
    var after: Double
    var blind: Double?
  }

  var rows: [Row]
  var before: String
  var after: String

  func figure() -> HTML {
    guard !rows.isEmpty else { return .empty }
    let (width, left, right, rowHeight, top) = (360.0, 96.0, 52.0, 30.0, 20.0)
    let height = top + rowHeight * Double(rows.count) + 4
    let scale = ChartScale(from: 0, to: 1, ticks: 4)
    let plot = Plot(
      x: scale, y: scale, left: left, top: top, width: width - left - right, height: height - top)
    var body: [HTML] = scale.ticks.map { tick in
      """
      <path class="grid" d="M\(plot.x(tick)) \(top)V\(height - 4)"/>\
      <text class="tick" x="\(plot.x(tick))" y="11" text-anchor="middle">\(Format.number(tick * 100, decimals: 0))</text>
      """
    }
    for (index, row) in rows.enumerated() {
      let y = top + rowHeight * (Double(index) + 0.5)
      let end = plot.x(row.after)
      var marks: HTML = ""
      if let blind = row.blind {
        marks += "<path class=\"blind-mark\" d=\"M\(plot.x(blind)) \(y - 7)v14\"/>"
      }
      if let before = row.before {
        marks += """
          <path class="\(row.after < before ? "move down" : "move up")" d="M\(plot.x(before)) \(y)H\(end)"/>\
          <circle class="dot" cx="\(plot.x(before))" cy="\(y)" r="4.5"/>
          """
      }
      body.append(
        """
        <text class="row-name" x="0" y="\(y + 4)">\(Format.words(row.name))</text>\(marks)\
        <circle class="dot last" cx="\(end)" cy="\(y)" r="5"/>\
        <text class="end-value" x="\(width)" y="\(y + 4)" text-anchor="end">\(Format.percent(row.after, decimals: 0))</text>
        """)
    }
    let spoken = rows.map { row in
      let start = row.before.map { "from \(Format.percent($0)) " } ?? ""
      return "\(Format.words(row.name)) \(start)to \(Format.percent(row.after))"
    }.joined(separator: "; ")
    let blindKey: HTML =
      rows.contains { $0.blind != nil } ? "<span class=\"key tickmark\"></span>blind guess" : ""
    return """
      <figure class="families"><figcaption><h4>Accuracy by kind of question</h4>\
      <p><span class="key hollow"></span>\(before) <span class="key filled"></span>\(after)\
      \(blindKey)</p></figcaption>\
      <svg viewBox="0 0 \(width) \(height)" role="img" aria-label="Accuracy by kind of question: \(spoken)">\(body)</svg></figure>
      """
  }
}
