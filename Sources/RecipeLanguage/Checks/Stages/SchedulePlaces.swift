/// Where a schedule is written: in the stage that uses it, or under `schedules`.
extension CheckInput {
  /// The value of one part of a schedule, such as its `warmup`; nil where it is not written.
  ///
  /// - Parameters:
  ///   - setting: what uses the schedule.
  ///   - key: its path within the stage.
  func place(
    of part: String, in setting: Setting, _ key: String, of stage: RecipeOutline.Stage
  ) -> SourceSpan? {
    let path = setting.provenance.reference ?? "\(stage.record.path).\(key)"
    let schedule = path.split(separator: ".").reduce(Optional(tree)) { node, key in
      node?[String(key)]
    }
    return schedule?.entries?.first?.value[part]?.span
  }
}

extension Setting {
  /// A label where a schedule is used, when a finding points at where it is written.
  func useLabel(besides place: SourceSpan?) -> [Diagnostic.Label] {
    guard let place, provenance.reference != nil, place != span else { return [] }
    return [Diagnostic.Label(span: span, text: "used here")]
  }
}
