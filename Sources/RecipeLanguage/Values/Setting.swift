/// A typed value with the place it came from.
public struct Setting: Sendable, Equatable {
  public enum Origin: Sendable, Equatable { case written, `default` }

  public let value: SettingValue
  /// The value where it is written; for a default, the record that it completes.
  public let span: SourceSpan
  public let keySpan: SourceSpan
  public let origin: Origin
  /// What it can change about a run, as its key declares.
  public let effect: Effect
  /// What it replaced, and the params it was computed from.
  public let provenance: Provenance

  public init(
    value: SettingValue, span: SourceSpan, keySpan: SourceSpan, origin: Origin,
    effect: Effect = .result, provenance: Provenance = .none
  ) {
    self.value = value
    self.span = span
    self.keySpan = keySpan
    self.origin = origin
    self.effect = effect
    self.provenance = provenance
  }
}

/// What a setting holds, by the type its schema gives it.
public enum SettingValue: Sendable, Equatable {
  /// The word `none`, where the schema allows it.
  case none
  /// Text, names, choices, references.
  case string(String)
  case boolean(Bool)
  case integer(Int)
  /// Numbers and shares (`15%` is 0.15).
  case number(Double)
  case quantity(Quantity)
  case window(Window)
  case path(PathValue)
  case template(Template)
  case list([Setting])
  case record(Record)
  case expression(Expression)
  /// Resolved: a reference to `schedules.x` holds that schedule.
  case schedule(Schedule)
  case position(SchedulePosition)
}

/// A file or folder named in a recipe, or one of the words its key allows instead.
public enum PathValue: Sendable, Hashable {
  case word(String)
  /// `written` as the recipe that was asked for would write it, whichever file did; `resolved` against
  /// the folder of the file that wrote it.
  case file(written: String, resolved: String)
}
