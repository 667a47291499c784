/// Where findings point, and where fixes write.
extension CheckInput {
  /// The name of a reward where it is declared.
  func place(of reward: RecipeOutline.Reward) -> SourceSpan {
    root.optionalRecord("rewards")?.setting(reward.name)?.keySpan ?? reward.record.span
  }

  /// The name of a segment where it is declared.
  func place(of segment: RecipeOutline.Segment) -> SourceSpan {
    root.optionalRecord("segments")?.setting(segment.name)?.keySpan ?? segment.record.span
  }

  /// The name of a stage where it is declared.
  func place(of stage: RecipeOutline.Stage) -> SourceSpan {
    root.optionalRecord("stages")?.setting(stage.name)?.keySpan ?? stage.record.span
  }
}

extension Record {
  /// An edit that writes a further key before one that is written; nil where that one is a default
  /// or stands in another file than the record.
  func edit(adding key: String, _ value: String, before anchor: String) -> Fix.Edit? {
    guard let setting = setting(anchor), setting.origin == .written else { return nil }
    let place = setting.keySpan
    let written = keys.compactMap { self.setting($0) }
      .filter { $0.origin == .written && $0.keySpan.path == place.path }
    guard place.path == span.path,
      let first = written.min(by: { $0.keySpan.bytes.lowerBound < $1.keySpan.bytes.lowerBound })
    else { return nil }
    // A record in braces begins before its first key.
    let isFlow = span.bytes.lowerBound < first.keySpan.bytes.lowerBound
    let separator = isFlow ? ", " : "\n" + String(repeating: " ", count: place.start.column - 1)
    let spot = SourceSpan(
      path: place.path, bytes: place.bytes.lowerBound..<place.bytes.lowerBound,
      start: place.start, end: place.start)
    return Fix.Edit(spot, "\(key): \(value)\(separator)")
  }
}

/// A number as people write it, without the rounding of sums.
func plain(_ value: Double) -> String { shortText((value * 1e6).rounded() / 1e6) }
