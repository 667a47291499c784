/// Values that refer to other parts of the recipe: references, sources, expressions, schedules.
extension Decoder {
  mutating func reference(
    _ text: String, _ node: Node, to section: Section, at path: String
  ) -> SettingValue? {
    guard names.contains(text, in: section) else {
      report(names.undeclared(text, in: section, at: node.span, path: path))
      return nil
    }
    use(text, in: section, at: node.span, path: path)
    return .string(text)
  }

  mutating func textSource(
    _ scalar: Node.Scalar, _ node: Node, at path: String
  ) -> SettingValue? {
    let text = scalar.text
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, parts[0] == "item" || parts[0] == "segment" else {
      let isSegment = names.contains(text, in: .segments)
      wrongType(
        node, .textSource, at: path, help: isSegment ? "write `segment.\(text)`" : nil)
      return nil
    }
    if parts[0] == "segment" {
      let segment = String(parts[1])
      guard names.contains(segment, in: .segments) else {
        report(names.undeclared(segment, in: .segments, at: node.span, path: path))
        return nil
      }
      let name = "segment.".utf8.count..<text.utf8.count
      use(segment, in: .segments, at: span(of: name, in: scalar, node), path: path)
    }
    return .string(text)
  }

  mutating func expression(
    _ scalar: Node.Scalar, _ node: Node, as type: ExpressionType, at path: String
  ) -> SettingValue? {
    do {
      let expression = try ExpressionParser.parse(scalar.text, as: type) { [names] name in
        if names.contains(name, in: .rewards) { return .known }
        return .unknown(
          message: "there is no reward `\(name)`",
          help: Suggestion.help(for: name, among: names.all(.rewards)))
      }
      for token in try ExpressionLexer.tokens(of: scalar.text) {
        guard case .name(let name) = token.kind else { continue }
        use(name, in: .rewards, at: span(of: token.range, in: scalar, node), path: path)
      }
      return .expression(expression)
    } catch {
      let isCutShort = scalar.style == .plain && error.range.lowerBound == scalar.text.utf8.count
      let help = isCutShort ? "inside { } an expression that holds `,` needs quotes" : nil
      report(
        error.code, "`\(path)`: \(error.message)",
        at: span(of: error.range, in: scalar, node), help: error.help ?? help, path: path)
      return nil
    }
  }

  /// A number, or `schedules.<name>`.
  mutating func schedule(
    _ scalar: Node.Scalar, _ node: Node, at path: String
  ) -> SettingValue? {
    let prefix = "schedules."
    if scalar.text.hasPrefix(prefix), !path.hasPrefix(prefix) {
      return scheduleReference(scalar, node, at: path)
    }
    if names.contains(scalar.text, in: .schedules), !path.hasPrefix(prefix) {
      wrongType(
        node, .schedule, at: path, help: "write `schedules.\(scalar.text)`",
        fixes: rewrite(node, as: "schedules.\(scalar.text)", isSafe: true))
      return nil
    }
    return number(scalar, node, .any, as: .schedule, at: path).map { .schedule(.constant($0)) }
  }

  private mutating func scheduleReference(
    _ scalar: Node.Scalar, _ node: Node, at path: String
  ) -> SettingValue? {
    let start = "schedules.".utf8.count
    let name = String(scalar.text.dropFirst(start))
    guard let declared = schedule(named: name) else {
      report(names.undeclared(name, in: .schedules, at: node.span, path: path))
      return nil
    }
    let range = start..<scalar.text.utf8.count
    use(name, in: .schedules, at: span(of: range, in: scalar, node), path: path)
    // Its own errors are reported where it is declared.
    return quietly { $0.decode(declared, as: .schedule, at: "schedules.\(name)") }
  }

  /// `{linear: {…}}` or `{cosine: {…}}`.
  mutating func schedule(
    _ entries: [Node.Entry], _ node: Node, at path: String
  ) -> SettingValue? {
    let forms = RecipeSchema.scheduleForms.map(\.name)
    guard entries.count == 1, let entry = entries.first else {
      wrongType(
        node, .schedule, at: path,
        help: "a schedule has one key, such as `linear` or `cosine`")
      return nil
    }
    guard let form = RecipeSchema.scheduleForms.first(where: { $0.name == entry.key }) else {
      report(
        .unknownKind, "there is no schedule `\(entry.key)`", at: entry.keySpan,
        help: Suggestion.help(for: entry.key, among: forms), path: path)
      return nil
    }
    guard
      case .record(let settings)? = decode(
        entry.value, as: .record(form.fields), at: "\(path).\(entry.key)"),
      let warmup = settings.optionalInteger("warmup_steps")
    else { return nil }
    if let from = settings.optionalNumber("from"), let to = settings.optionalNumber("to") {
      return .schedule(.linear(from: from, to: to, warmupSteps: warmup))
    }
    if let peak = settings.optionalNumber("peak"), let floor = settings.optionalNumber("floor") {
      return .schedule(.cosine(peak: peak, floor: floor, warmupSteps: warmup))
    }
    return nil
  }
}
