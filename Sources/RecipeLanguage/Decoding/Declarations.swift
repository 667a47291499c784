/// The names a recipe declares, taken from the tree before anything is decoded, so that an error inside
/// an entry does not make its name unknown.
struct Declarations {
  /// In the order they are written.
  private(set) var names: [Section: [(name: String, span: SourceSpan)]] = [:]
  /// The segments after the first that belong to a process.
  private(set) var furtherProcesses: [Reference] = []
  private var places: [Section: [String: SourceSpan]] = [:]
  /// Sections that could not be read whole: any name may be declared there.
  private let hidden: Set<Section>

  init(_ root: Node, damage: DamageReport = DamageReport()) {
    hidden = Set(
      Section.allCases.filter {
        !damage.isEmpty && damage.hides($0 == .processes ? "segments" : $0.rawValue)
      })
    for section in Section.allCases where section != .processes {
      names[section] =
        root[section.rawValue]?.entries?.filter { !$0.key.hasPrefix("x-") }
        .map { ($0.key, $0.keySpan) } ?? []
    }
    var processes: [(name: String, span: SourceSpan)] = []
    var seen: Set<String> = []
    for segment in root["segments"]?.entries ?? [] {
      guard let process = segment.value["process"], let name = process.scalar?.text else {
        continue
      }
      if seen.insert(name).inserted {
        processes.append((name, process.span))
      } else {
        furtherProcesses.append(
          Reference(
            section: .processes, name: name, span: process.span,
            path: "segments.\(segment.key).process"))
      }
    }
    names[.processes] = processes
    places = names.mapValues { Dictionary($0, uniquingKeysWith: { first, _ in first }) }
  }

  /// Every declared name, by section, in the order they are written.
  var definitions: [Definition] {
    Section.allCases.flatMap { section in
      names[section, default: []].map {
        Definition(section: section, name: $0.name, span: $0.span)
      }
    }
  }

  func all(_ section: Section) -> [String] { names[section, default: []].map(\.name) }

  func contains(_ name: String, in section: Section) -> Bool {
    places[section]?[name] != nil || hidden.contains(section)
  }

  func span(of name: String, in section: Section) -> SourceSpan? {
    places[section]?[name]
  }

  /// The error for a name that its section does not declare.
  func undeclared(
    _ name: String, in section: Section, at span: SourceSpan, path: String
  ) -> Diagnostic {
    let code: DiagnosticCode =
      switch section {
      case .segments: .undeclaredSegment
      case .processes: .undeclaredProcess
      default: .undeclaredName
      }
    let near = Suggestion.closest(to: name, among: all(section))
    let isVerbatim = span.bytes.count == name.utf8.count
    return Diagnostic(
      code, "there is no \(section.noun) `\(name)`", at: span, help: help(name, in: section),
      fixes: near.map { near in
        // Names are the author's own: `stage_1` may be gone rather than misspelt.
        isVerbatim
          ? [.replace(span, with: near, isSafe: Suggestion.isSameWord(name, as: near))] : []
      } ?? [], path: path)
  }

  private func help(_ name: String, in section: Section) -> String {
    if section == .processes, contains(name, in: .segments) {
      let processes = all(.processes).map { "`\($0)`" }.joined(separator: ", ")
      return "`\(name)` is a segment; name a process here: \(processes)"
    }
    if section == .segments, contains(name, in: .processes) {
      let segments = all(.segments).map { "`\($0)`" }.joined(separator: ", ")
      return "`\(name)` is a process; name its segments here: \(segments)"
    }
    if let near = Suggestion.closest(to: name, among: all(section)) {
      return "did you mean `\(near)`?"
    }
    let known = all(section).map { "`\($0)`" }
    let place =
      section == .processes
      ? "declare it by `process: \(name)` in a segment" : "declare it under `\(section.rawValue)`"
    return known.isEmpty ? place : "\(place), or use one of \(known.joined(separator: ", "))"
  }
}
