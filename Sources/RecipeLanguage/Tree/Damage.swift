/// A part of a recipe that could not be read and was left out.
struct Damage: Sendable, Equatable {
  /// Path of the record or list that lost something; empty for the recipe itself.
  var parent: String
  /// What it lost, where that can be told.
  var key: String?

  /// `rewards.correct`.
  var path: String {
    guard let key else { return parent }
    return parent.isEmpty ? key : "\(parent).\(key)"
  }
}

/// Everything that was left out, and what nobody may conclude from its absence.
struct DamageReport: Sendable {
  private(set) var all: [Damage] = []
  private var parents: Set<String> = []
  private var topLevelKeys: Set<String?> = []

  init(_ damage: [Damage] = []) { add(damage) }

  var isEmpty: Bool { all.isEmpty }

  mutating func add(_ damage: [Damage]) {
    for part in damage where !all.contains(part) {
      all.append(part)
      parents.insert(part.parent)
      topLevelKeys.insert(part.path.isEmpty ? nil : Self.first(of: part.path))
    }
  }

  /// Whether a key that is not there may have been left out. The recipe itself is large, so there only
  /// a key that is known to be lost is excused.
  func excuses(missing key: String, in path: String) -> Bool {
    if hidesEverything { return true }
    if path.isEmpty { return all.contains { $0.parent.isEmpty && $0.key == key } }
    return parents.contains { Self.isWithin(path, $0) && !$0.isEmpty }
  }

  /// Whether a section may have declared more than can be seen.
  func hides(_ section: String) -> Bool { hidesEverything || topLevelKeys.contains(section) }

  /// Whether the value at a path lost its content.
  func emptied(_ path: String) -> Bool { parents.contains(path) }

  /// A lost parent, or a lost part of unknown name, could hold anything.
  private var hidesEverything: Bool {
    topLevelKeys.contains(nil) || topLevelKeys.contains("extends")
  }

  private static func first(of path: String) -> String {
    String(path.prefix { $0 != "." && $0 != "[" })
  }

  private static func isWithin(_ path: String, _ ancestor: String) -> Bool {
    guard path.hasPrefix(ancestor) else { return false }
    let next = path.utf8.dropFirst(ancestor.utf8.count).first
    return next == nil || next == .dot || next == UInt8(ascii: "[")
  }
}
