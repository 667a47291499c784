import Foundation

/// All that the results of a recipe depend on, as facts that can be compared: `<recipe>.lock` beside it.
///
/// Facts are texts by section and name, sorted, one per line, so that two versions of the file differ in
/// lines that say what is another.
public struct RecipeLock: Sendable, Equatable {
  /// What facts are about.
  public enum Section: String, Sendable, CaseIterable, Codable {
    /// The language, its edition and the layout of random numbers and traces.
    case program
    /// Settings by path, with the defaults of the edition.
    case settings
    /// The numerics class.
    case numerics
    case model, tokenizer, data, judges
  }

  /// A fact that is another, is no longer there, or was not there.
  public struct Change: Sendable, Equatable {
    public var section: Section
    public var name: String
    public var locked: String?
    public var now: String?
  }

  /// The version of the file's layout.
  public static let schema = "sousvide.lock/1"

  public private(set) var facts: [Section: [String: String]] = [:]

  public init() {}

  /// Long texts are known by their digests.
  public subscript(section: Section, name: String) -> String? {
    get { facts[section]?[name] }
    set { facts[section, default: [:]][name] = newValue }
  }

  /// What is another now, by section and name.
  public func changes(to now: RecipeLock) -> [Change] {
    Section.allCases.flatMap { section -> [Change] in
      let (old, new) = (facts[section] ?? [:], now.facts[section] ?? [:])
      return Set(old.keys).union(new.keys).sorted().compactMap { name in
        guard old[name] != new[name] else { return nil }
        return Change(section: section, name: name, locked: old[name], now: new[name])
      }
    }
  }
}

/// The file.
extension RecipeLock {
  private struct File: Codable {
    var schema: String
    var facts: [String: [String: String]]
  }

  /// Beside the recipe: `videop2r.yaml` has `videop2r.lock`.
  public static func url(ofRecipe path: String) -> URL {
    URL(fileURLWithPath: path).deletingPathExtension().appendingPathExtension("lock")
  }

  public var text: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      let names = facts.map { ($0.key.rawValue, $0.value) }
      let file = File(schema: Self.schema, facts: Dictionary(names) { first, _ in first })
      return try encoder.encode(file) + Data("\n".utf8)
    }
  }

  /// - Throws: `LockError` that says what is wrong with the file.
  public init(_ data: Data) throws(LockError) {
    struct Head: Decodable { var schema: String }
    guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
      throw .damaged("it is not a JSON object with a `schema`")
    }
    guard head.schema == Self.schema else { throw .otherVersion(head.schema) }
    guard let file = try? JSONDecoder().decode(File.self, from: data) else {
      throw .damaged("`facts` is not a map of sections with texts by name")
    }
    for (name, facts) in file.facts {
      guard let section = Section(rawValue: name) else { throw .unknownSection(name) }
      self.facts[section] = facts
    }
  }
}

/// Why a lock cannot be compared with.
public enum LockError: Error, Sendable, Equatable, CustomStringConvertible {
  case damaged(String)
  case otherVersion(String)
  case unknownSection(String)

  public var description: String {
    switch self {
    case .damaged(let reason): "the lock is damaged: \(reason)"
    case .otherVersion(let version):
      "the lock is of layout `\(version)`, and this program knows `\(RecipeLock.schema)`"
    case .unknownSection(let name):
      "the lock has a section `\(name)`, which this program does not know"
    }
  }
}
