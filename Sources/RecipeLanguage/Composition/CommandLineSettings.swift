/// `--set path=value` and `--param name=value`, applied to a tree.
struct CommandLineSettings {
  let text: CommandLineText
  let schema: ValueType

  /// The tree with one setting replaced.
  ///
  /// - Throws: why the path leads nowhere, or the value is not YAML.
  func set(_ argument: CommandLineText.Argument, in root: Node) throws(Diagnostic) -> Node {
    var offset = argument.nameRange.lowerBound
    var segments: [Segment] = []
    for part in argument.name.split(separator: ".", omittingEmptySubsequences: false) {
      let range = offset..<offset + part.utf8.count
      offset = range.upperBound + 1
      segments.append(Segment(name: String(part), span: text.span(range)))
    }
    let patch = try patch(segments[...], argument, in: root, as: schema, at: "")
    return Merge(keepsPlaces: true).apply(patch, over: root, as: schema)
  }

  /// The tree with a param's value replaced.
  func give(_ argument: CommandLineText.Argument, in root: Node) throws(Diagnostic) -> Node {
    let span = text.span(argument.nameRange)
    let declared = root["params"]?.entries ?? []
    guard let parameter = declared.first(where: { $0.key == argument.name }) else {
      let none = "the recipe declares no params; give any setting with `--set path=value`"
      throw Diagnostic(
        .undeclaredName, "there is no param `\(argument.name)`", at: span,
        help: declared.isEmpty
          ? none : Suggestion.help(for: argument.name, among: declared.map(\.key)))
    }
    let type = parameter.value["type"]?.scalar.flatMap { ParameterSchema.valueType($0.text) }
    let value = try text.node(argument, as: type)
    let patch = [("params", span), (argument.name, span), ("default", span)].reversed()
      .reduce(value) { inner, key in wrapped(inner, in: Segment(name: key.0, span: key.1)) }
    return Merge(keepsPlaces: true).apply(patch, over: root, as: schema)
  }

  private struct Segment {
    var name: String
    var span: SourceSpan
  }

  private func wrapped(_ node: Node, in segment: Segment) -> Node {
    let entry = Node.Entry(key: segment.name, keySpan: segment.span, value: node)
    return Node(content: .mapping([entry]), span: node.span)
  }

  /// What to merge over `node` so that the value at the path becomes the argument's.
  private func patch(
    _ segments: ArraySlice<Segment>, _ argument: CommandLineText.Argument, in node: Node?,
    as type: ValueType, at path: String
  ) throws(Diagnostic) -> Node {
    guard let segment = segments.first else { return try text.node(argument, as: type) }
    let rest = segments.dropFirst()
    let inner = path.isEmpty ? segment.name : "\(path).\(segment.name)"
    switch type {
    case .optional(let wrapped):
      return try patch(segments, argument, in: node, as: wrapped, at: path)
    case .record(let fields):
      let field = try find(segment, fields, at: path)
      let value = try patch(rest, argument, in: node?[segment.name], as: field.type, at: inner)
      return wrapped(value, in: segment)
    case .kind(let discriminator, let common, let kinds):
      let word = node?[discriminator]?.scalar?.text
      let kind = kinds.first { $0.name == word }
      let tag = FieldSchema.required(discriminator, .choice(kinds.map(\.name)), "what it is")
      let field = try find(segment, [tag] + common + (kind?.fields ?? []), at: path)
      let value = try patch(rest, argument, in: node?[segment.name], as: field.type, at: inner)
      return wrapped(value, in: segment)
    case .map(let element):
      let names = node?.entries?.map(\.key) ?? []
      guard rest.isEmpty || names.contains(segment.name) else {
        throw Diagnostic(
          .undeclaredName, "`\(path)` has no entry `\(segment.name)`", at: segment.span,
          help: Suggestion.help(for: segment.name, among: names), path: inner)
      }
      let value = try patch(rest, argument, in: node?[segment.name], as: element, at: inner)
      return wrapped(value, in: segment)
    case .processMap(let element):
      let value = try patch(rest, argument, in: node?[segment.name], as: element, at: inner)
      return wrapped(value, in: segment)
    case .schedule:
      return try schedule(segments, argument, in: node, at: path)
    default:
      throw Diagnostic(
        .unknownKey, "`\(path)` is \(type.phrase) and has no key `\(segment.name)`",
        at: segment.span, help: "set the whole of it: `\(path)=…`", path: inner)
    }
  }

  /// Inside a schedule that is written out, the whole of it with one number changed.
  private func schedule(
    _ segments: ArraySlice<Segment>, _ argument: CommandLineText.Argument, in node: Node?,
    at path: String
  ) throws(Diagnostic) -> Node {
    guard let segment = segments.first, let form = node?.entries?.first, form.key == segment.name,
      let fields = RecipeSchema.scheduleForms.first(where: { $0.name == form.key })?.fields
    else {
      let span = segments.first?.span ?? text.span(argument.nameRange)
      let reference = node?.scalar?.text
      let help =
        reference.flatMap { $0.hasPrefix("schedules.") ? "set `\($0)` instead" : nil }
        ?? "set the whole schedule: `\(path)={cosine: {peak: 1.0e-4}}`"
      throw Diagnostic(
        .unknownKey, "`\(path)` is no schedule with a key `\(segments.first?.name ?? "")`",
        at: span, help: help, path: path)
    }
    let patch = try patch(
      segments.dropFirst(), argument, in: form.value, as: .record(fields), at: "\(path).\(form.key)"
    )
    let changed = Merge(keepsPlaces: true).apply(patch, over: form.value, as: .record(fields))
    return Node(
      content: .mapping([Node.Entry(key: form.key, keySpan: segment.span, value: changed)]),
      span: changed.span)
  }

  private func find(
    _ segment: Segment, _ fields: [FieldSchema], at path: String
  ) throws(Diagnostic) -> FieldSchema {
    if let field = fields.first(where: { $0.name == segment.name }) { return field }
    let what = path.isEmpty ? "a recipe" : "`\(path)`"
    throw Diagnostic(
      .unknownKey, "\(what) has no key `\(segment.name)`", at: segment.span,
      help: Suggestion.help(for: segment.name, among: fields.map(\.name)),
      path: path.isEmpty ? segment.name : "\(path).\(segment.name)")
  }
}
