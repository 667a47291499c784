/// The params of a recipe, typed: all that `${…}` may read.
struct ParameterTable {
  struct Parameter {
    var value: ExpressionValue
    /// As a recipe would write it.
    var text: String
    /// Where the value is written.
    var span: SourceSpan
  }

  /// In the order they are declared, those in error too.
  let names: [String]
  private var values: [String: Parameter] = [:]

  /// - Parameter root: with what the command line gives already in the place of the defaults.
  init(_ root: Node, files: [SourceFile]) {
    let entries = (root["params"]?.entries ?? []).filter { !$0.key.hasPrefix("x-") }
    names = entries.map(\.key)
    guard !entries.isEmpty else { return }
    let alone = Node(
      content: .mapping(root.entries?.filter { $0.key == "params" } ?? []), span: root.span)
    var decoder = Decoder(root: alone, files: files)
    for entry in entries {
      let path = "params.\(entry.key)"
      let before = (decoder.diagnostics.count, decoder.kindChecks.count)
      let decoded = decoder.decode(entry.value, as: ParameterSchema.parameter, at: path)
      guard case .record(let record)? = decoded, let value = record.setting("default"),
        decoder.diagnostics.count == before.0
      else { continue }
      let context = CheckContext(
        name: entry.key, path: path, root: record, facts: FactLedger(nil))
      let findings = decoder.kindChecks[before.1...].flatMap { $0.check?($1, context) ?? [] }
      guard findings.isEmpty, let known = ExpressionValue(value.value) else { continue }
      values[entry.key] = Parameter(
        value: known, text: value.value.recipeText, span: value.span)
    }
  }

  /// Nil for a param that is not declared, or in error.
  subscript(_ name: String) -> Parameter? { values[name] }
}
