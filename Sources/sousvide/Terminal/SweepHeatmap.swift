import Experiments
import Foundation

/// A map of a sweep in the terminal: the mean of every cell, in colour where there is some.
struct SweepHeatmap {
  let map: SweepMap
  let results: SweepResults
  let console: Console

  /// From dark to bright, as readable without telling red from green (viridis, in 256 colours).
  private static let ramp = [54, 60, 24, 30, 35, 71, 113, 185]

  var lines: [String] {
    let texts = map.places.map { $0.map(text) }
    let width = max(
      texts.joined().map(\.count).max() ?? 0, map.columns.map(\.count).max() ?? 0, 6)
    let side = map.rows.map(\.count).max() ?? 0
    var lines = [console.style("\(map.rowTitle) (down), \(map.columnTitle) (across)", .faint)]
    func add(_ name: String, _ cells: [String]) {
      let padding = String(repeating: " ", count: side - name.count)
      var line = "\(padding)\(name)  " + cells.joined(separator: " ")
      while line.last == " " { line.removeLast() }
      lines.append(line)
    }
    add("", map.columns.map { centred($0, width) })
    for (row, name) in map.rows.enumerated() {
      add(
        name,
        map.columns.indices.map { column in
          coloured(centred(texts[row][column], width), map.places[row][column])
        })
    }
    lines.append(console.style(legend(texts.joined()), .faint))
    return lines
  }

  /// What every mark means that is used.
  private func legend(_ texts: some Sequence<String>) -> String {
    let used = texts.joined()
    let marks: [(Character, String)] = [
      ("*", "* best"), ("=", "= not distinguishable from it"), ("[", "[ ] control"),
      ("p", "p pruned"), ("s", "s stopped"), ("!", "! failed"),
      ("~", "~ not all runs are finished"),
      ("x", "x cannot be run"), ("-", "- left out"),
    ]
    return marks.filter { used.contains($0.0) }.map(\.1).joined(separator: "   ")
  }

  private func cell(_ place: SweepMap.Place) -> SweepResults.Cell? {
    if case .cell(let name) = place { return results[name] }
    return nil
  }

  private func text(_ place: SweepMap.Place) -> String {
    switch place {
    case .nothing: return ""
    case .infeasible: return "x"
    case .excluded: return "-"
    case .cell:
      guard let cell = cell(place) else { return "" }
      let value = cell.value.map { SweepTable.number($0.mean) } ?? ""
      let state =
        switch cell.status {
        case .finished: ""
        case .pruned: "p"
        case .stopped: "s"
        case .failed: "!"
        case .running, .interrupted, .waiting: "~"
        }
      let mark = cell.name == results.best ? "*" : cell.isAmongTheBest ? "=" : ""
      let text = value + state + mark
      return cell.isControl ? "[\(text)]" : text
    }
  }

  private func centred(_ text: String, _ width: Int) -> String {
    let space = max(0, width - text.count)
    return String(repeating: " ", count: space / 2) + text
      + String(repeating: " ", count: space - space / 2)
  }

  private func coloured(_ text: String, _ place: SweepMap.Place) -> String {
    guard console.usesColour, let value = cell(place)?.value?.mean else { return text }
    let values = results.cells.compactMap(\.value?.mean)
    guard let low = values.min(), let high = values.max() else { return text }
    var share = high > low ? (value - low) / (high - low) : 1
    if !results.objective.maximizes { share = 1 - share }
    let index = min(Self.ramp.count - 1, Int(share * Double(Self.ramp.count)))
    let ink = index >= 5 ? 16 : 231
    return "\u{1B}[48;5;\(Self.ramp[index])m\u{1B}[38;5;\(ink)m\(text)\u{1B}[0m"
  }
}
