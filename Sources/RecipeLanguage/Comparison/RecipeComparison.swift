import Foundation

/// Compares what two recipes mean: params, inheritance, comments, order and spelling are no
/// differences; the values they lead to are.
public struct RecipeComparison {
  public private(set) var differences: [RecipeDifference] = []
  private let a: CheckResult
  private let b: CheckResult

  /// Both without errors.
  public init(_ a: CheckResult, _ b: CheckResult, vocabulary: Vocabulary) {
    self.a = a
    self.b = b
    guard let old = a.root, let new = b.root else { return }
    let fields = RecipeSchema.fields(vocabulary).filter {
      !RecipeSchema.declarations.contains($0.name)
    }
    compare(old, new, fields, "", .result)
    compareOrder(old.optionalRecord("segments"), new.optionalRecord("segments"))
  }

  /// Whether runs of the two can end differently.
  public var resultsCanDiffer: Bool { differences.contains(where: \.changesResults) }

  private mutating func compare(
    _ old: Setting?, _ new: Setting?, as type: ValueType, _ path: String, _ effect: Effect
  ) {
    guard let old, let new else {
      guard old != nil || new != nil else { return }
      add(path, effect, old, new)
      return
    }
    if case .record(let left) = old.value, case .record(let right) = new.value {
      compare(left, right, as: type, path, effect)
    } else if !isEqual(old.value, new.value) {
      add(path, effect, old, new)
    }
  }

  private mutating func compare(
    _ old: Record, _ new: Record, as type: ValueType, _ path: String, _ effect: Effect
  ) {
    switch type {
    case .optional(let inner): compare(old, new, as: inner, path, effect)
    case .record(let fields): compare(old, new, fields, path, effect)
    case .kind(let discriminator, let common, let kinds):
      let tag = FieldSchema.required(discriminator, .choice(kinds.map(\.name)), "what it is")
      var fields = [tag] + common
      for record in [old, new] {
        let kind = kinds.first { $0.name == record.optionalString(discriminator) }
        fields += (kind?.fields ?? []).filter { field in
          !fields.contains { $0.name == field.name }
        }
      }
      compare(old, new, fields, path, effect)
    case .map(let element), .processMap(let element):
      let added = new.keys.filter { old.setting($0) == nil }
      for name in old.keys + added {
        compare(
          old.setting(name), new.setting(name), as: element, "\(path).\(name)", effect)
      }
    default: break
    }
  }

  private mutating func compare(
    _ old: Record, _ new: Record, _ fields: [FieldSchema], _ path: String, _ effect: Effect
  ) {
    for field in fields {
      compare(
        old.setting(field.name), new.setting(field.name), as: field.type,
        path.isEmpty ? field.name : "\(path).\(field.name)",
        effect == .result ? field.effect : effect)
    }
  }

  /// Segments must appear in the order they are declared in.
  private mutating func compareOrder(_ old: Record?, _ new: Record?) {
    guard let old, let new else { return }
    let before = old.keys.filter { new.setting($0) != nil }
    let after = new.keys.filter { old.setting($0) != nil }
    guard before != after else { return }
    differences.append(
      RecipeDifference(
        path: "segments", effect: .result,
        old: .init(value: "in the order \(before.joined(separator: ", "))", origin: "\(old.span)"),
        new: .init(value: "in the order \(after.joined(separator: ", "))", origin: "\(new.span)")))
  }

  private mutating func add(
    _ path: String, _ effect: Effect, _ old: Setting?, _ new: Setting?
  ) {
    differences.append(
      RecipeDifference(
        path: path, effect: effect, old: old.map { side($0, of: a) },
        new: new.map { side($0, of: b) }))
  }

  private func side(_ setting: Setting, of result: CheckResult) -> RecipeDifference.Side {
    RecipeDifference.Side(
      value: Decoder.shortened(setting.value.recipeText), origin: result.origin(of: setting))
  }

  private func isEqual(_ old: SettingValue, _ new: SettingValue) -> Bool {
    switch (old, new) {
    case (.path(.file(_, let left)), .path(.file(_, let right))):
      return FileComparison.areEqual(left, right)
    case (.list(let left), .list(let right)):
      return left.count == right.count
        && zip(left, right).allSatisfy { isEqual($0.value, $1.value) }
    default: return old.canonicalText == new.canonicalText
    }
  }
}

/// Whether two paths lead to the same thing.
private enum FileComparison {
  /// The same file, or small files of the same content (a prompt copied along with its recipe).
  static func areEqual(_ left: String, _ right: String) -> Bool {
    if Paths.standard(left) == Paths.standard(right) { return true }
    guard let first = content(left), let second = content(right) else { return false }
    return first == second
  }

  private static func content(_ path: String) -> Data? {
    guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? handle.close() }
    guard let data = try? handle.read(upToCount: Limits.fileBytes + 1),
      data.count <= Limits.fileBytes
    else { return nil }
    return data
  }
}
