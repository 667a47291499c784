/// Values that refer to other parts of the recipe: references, sources, expressions.
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

  /// `<data set>` or `stages.<name>`; whether that stage makes data is for a check to say.
  mutating func items(
    _ scalar: Node.Scalar, _ node: Node, at path: String
  ) -> SettingValue? {
    let text = scalar.text
    guard let stage = RecipeOutline.Stage.name(ofItems: text) else {
      return reference(text, node, to: .data, at: path)
    }
    guard names.contains(stage, in: .stages) else {
      report(names.undeclared(stage, in: .stages, at: node.span, path: path))
      return nil
    }
    let range = text.utf8.count - stage.utf8.count..<text.utf8.count
    use(stage, in: .stages, at: span(of: range, in: scalar, node), path: path)
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
    // The paths of a recipe's own check mean something only once the recipe is finished.
    let parsed =
      context == .check
      ? Expression.outline(scalar.text, as: type, in: context, at: place)
      : Expression.parse(scalar.text, as: type, in: scope(of: context), at: place)
    for problem in parsed.problems {
      var diagnostic = problem.diagnostic(at: place, path: path)
      let end = scalar.text.utf8.count
      let isAtEnd =
        problem.range.lowerBound == end || problem.related?.range.lowerBound == end
      if isAtEnd, diagnostic.help == nil, isCutShort(scalar, node) {
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

  /// Whether a comma ends the text, as it does inside { } and without quotes.
  private func isCutShort(_ scalar: Node.Scalar, _ node: Node) -> Bool {
    guard scalar.style == .plain, let file = files[node.span.path],
      node.span.bytes.upperBound <= file.bytes.count
    else { return false }
    return file.bytes[node.span.bytes.upperBound...].first { !$0.isBlank } == UInt8(ascii: ",")
  }

  private mutating func scope(of context: ExpressionContext) -> ExpressionScope {
    if let known = scopes[context] { return known }
    var scope: ExpressionScope
    if context == .sweep {
      scope = .parameters(context, names: names.all(.params)) { [root] name in
        root["params"]?[name]?["type"]?.scalar.map { ParameterSchema.domain($0.text) }
      }
    } else {
      scope = .rewards(context, names: names.all(.rewards))
    }
    if damage.hides("rewards"), context != .sweep {
      let known = scope
      scope = ExpressionScope(context) { path in
        if case .unknown = known.meaning(path) { return .inError }
        return known.meaning(path)
      }
    }
    scopes[context] = scope
    return scope
  }
}
