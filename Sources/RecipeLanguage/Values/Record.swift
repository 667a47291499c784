/// A checked record: settings by key, in the order they were written, then the defaults.
public struct Record: Sendable, Equatable {
  /// `rewards.correct`; empty for the whole recipe.
  public let path: String
  /// The last key of the path, `correct`.
  public let name: String
  public let span: SourceSpan
  public private(set) var keys: [String] = []
  private var settings: [String: Setting] = [:]

  public init(path: String, span: SourceSpan) {
    self.path = path
    self.name =
      path.utf8.lastIndex(of: .dot)
      .map { String(path[path.utf8.index(after: $0)...]) } ?? path
    self.span = span
  }

  public func setting(_ key: String) -> Setting? { settings[key] }

  /// Present and not `none`.
  public func has(_ key: String) -> Bool {
    settings[key].map { $0.value != .none } ?? false
  }

  /// The value's place when it is written, else the record's.
  public func span(of key: String) -> SourceSpan {
    guard let setting = settings[key], setting.origin == .written else { return span }
    return setting.span
  }

  /// The values that are records, in order: the entries of a section.
  public var records: [Record] {
    keys.compactMap { key in
      if case .record(let record)? = settings[key]?.value { return record }
      return nil
    }
  }

  /// The same record with another value under a key that it has.
  public func replacing(_ key: String, by value: SettingValue) -> Record {
    guard let old = settings[key] else { return self }
    var record = self
    record.settings[key] = Setting(
      value: value, span: old.span, keySpan: old.keySpan, origin: old.origin, effect: old.effect,
      provenance: old.provenance)
    return record
  }

  /// The same record with other places of the files that it names.
  func relocated(_ place: (_ setting: String, _ resolved: String) -> String) -> Record {
    keys.reduce(into: self) { record, key in
      guard let value = settings[key]?.value else { return }
      let moved = value.relocated(path.isEmpty ? key : "\(path).\(key)", place)
      if moved != value { record = record.replacing(key, by: moved) }
    }
  }

  mutating func insert(_ setting: Setting, for key: String) {
    if settings.updateValue(setting, forKey: key) == nil { keys.append(key) }
  }
}

extension SettingValue {
  fileprivate func relocated(
    _ path: String, _ place: (_ setting: String, _ resolved: String) -> String
  ) -> SettingValue {
    switch self {
    case .path(.file(let written, let resolved)):
      .path(.file(written: written, resolved: place(path, resolved)))
    case .record(let record): .record(record.relocated(place))
    default: self
    }
  }
}
