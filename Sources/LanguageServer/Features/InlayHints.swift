import RecipeLanguage

extension Feature {
  /// What `${…}` and references to schedules come to.
  static let inlayHints = Feature("textDocument/inlayHint", "inlayHintProvider") {
    workspace, params throws(ResponseError) in
    let (uri, chain) = try workspace.document(params)
    let text = chain.first
    let range = try text.lines.range(params.json["range"], workspace.encoding)
    guard let root = workspace.check(uri)?.result.root else { return [] }
    return .array(
      text.places.compactMap { place in
        guard let scalar = place.node.scalar, range.overlaps(scalar.range),
          scalar.text.contains("${") || scalar.text.hasPrefix("schedules."),
          let value = root.setting(at: place.path)?.value.display, value != scalar.text,
          value.count <= 80
        else { return nil }
        return [
          "position": text.lines.json(scalar.range.upperBound, workspace.encoding),
          "label": .string("= \(value)"), "paddingLeft": true,
        ]
      })
  }
}
