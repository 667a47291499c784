/// How the report tells processes apart everywhere: a number that fixes colour, line style and sign.
/// Colour is never the only difference.
struct ProcessPalette: Sendable {
  private let order: [String]
  private let processOfSegment: [String: String]

  init(_ contents: ReportContents) {
    self.init(processes: contents.processes, processOfSegment: contents.processOfSegment)
  }

  init(processes: [String], processOfSegment: [String: String]) {
    self.processOfSegment = processOfSegment
    // Perception comes before reasoning, as in the papers; other names in alphabetical order.
    let known = Set(processes).union(processOfSegment.values)
    let first = ["perception", "reasoning"].filter(known.contains)
    order = first + known.subtracting(first).sorted()
  }

  /// The number of a process; the same number looks the same everywhere.
  func index(of process: String) -> Int { (order.firstIndex(of: process) ?? 0) % 4 }

  /// The processes in the order of their numbers.
  var processes: [String] { order }

  func process(ofSegment segment: String) -> String? { processOfSegment[segment] }

  /// The process's sign beside text.
  func icon(of process: String) -> HTML {
    let symbol = ["eye", "steps", "square", "triangle"][index(of: process)]
    return """
      <svg class="icon p\(index(of: process))" viewBox="0 0 16 16" aria-hidden="true"><use href="#\(symbol)"/></svg>
      """
  }

  /// The signs, once per page.
  static let symbols: HTML = """
    <svg width="0" height="0" class="symbols" aria-hidden="true"><defs>\
    <symbol id="eye" viewBox="0 0 16 16"><path d="M1.2 8C3 4.9 5.3 3.4 8 3.4S13 4.9 14.8 8C13 11.1 10.7 12.6 8 12.6S3 11.1 1.2 8Z" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="8" cy="8" r="2.3" fill="currentColor"/></symbol>\
    <symbol id="steps" viewBox="0 0 16 16"><path d="M3.5 3.5h4v4.5h5v4.5" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round"/><circle cx="3.2" cy="3.5" r="2" fill="currentColor"/><circle cx="12.6" cy="12.5" r="2" fill="currentColor"/></symbol>\
    <symbol id="square" viewBox="0 0 16 16"><rect x="3" y="3" width="10" height="10" rx="1.5" fill="currentColor"/></symbol>\
    <symbol id="triangle" viewBox="0 0 16 16"><path d="M8 2.5 14 13H2Z" fill="currentColor"/></symbol>\
    </defs></svg>
    """
}
