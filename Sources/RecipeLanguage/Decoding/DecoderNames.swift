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

  /// `secrets.<name>`.
  mutating func secret(
    _ scalar: Node.Scalar, _ node: Node, at path: String
  ) -> SettingValue? {
    let text = scalar.text
    let prefix = "secrets."
    guard text.hasPrefix(prefix) else {
      // The text itself may be a key: it is not repeated.
      let isName = names.contains(text, in: .secrets)
      report(
        .wrongType, "`\(path)` needs \(ValueType.secret.phrase), found text", at: node.span,
        help: isName
          ? "write `secrets.\(text)`"
          : "declare `secrets: {judge_key: {env: NAME_OF_THE_VARIABLE}}` and write "
            + "`secrets.judge_key`", path: path)
      return nil
    }
    let name = String(text.dropFirst(prefix.count))
    noteSecret(at: node.span)
    guard names.contains(name, in: .secrets) else {
      report(names.undeclared(name, in: .secrets, at: node.span, path: path))
      return nil
    }
    let range = prefix.utf8.count..<text.utf8.count
    use(name, in: .secrets, at: span(of: range, in: scalar, node), path: path)
    return .string(text)
  }

  mutating func expression(
    _ scalar: Node.Scalar, _ node: Node, as type: ExpressionType, in context: ExpressionContext,
    at path: String
  ) -> SettingValue? {
    let place = place(of: scalar, node)
    let parsed = Expression.parse(scalar.text, as: type, in: scope(of: context), at: place)
    for problem in parsed.problems {
      var diagnostic = problem.diagnostic(at: place, path: path)
      let isCutShort =
        scalar.style == .plain && problem.range.lowerBound == scalar.text.utf8.count
      if isCutShort, diagnostic.help == nil {
        diagnostic.help = "inside { } an expression that holds `,` needs quotes"
      }
      report(diagnostic)
    }
    guard let expression = parsed.expression else { return nil }
    expression.root.visit { term in
      guard case .name(let name) = term.form, names.contains(name, in: .rewards), context != .check
      else { return }
      use(name, in: .rewards, at: place.span(of: term.range), path: path)
    }
    return .expression(expression)
  }

  private func scope(of context: ExpressionContext) -> ExpressionScope {
    // The paths of a user's check mean something only in the finished recipe.
    if context == .check { return ExpressionScope(.check) { _ in .value(.column) } }
    return .rewards(context, names: names.all(.rewards))
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
