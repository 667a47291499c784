import Foundation

/// `MANIFEST.json`, a bundle's first member: all others, and what they rest on that is not there.
public struct BundleManifest: Sendable, Codable, Equatable {
  public struct Member: Sendable, Codable, Equatable {
    /// Relative to the bundle's root, with slashes.
    public var path: String
    /// In bytes.
    public var size: Int
    public var sha256: String
    public var role: BundleRole
  }

  /// Something that is known by its digest only.
  public struct Reference: Sendable, Codable, Equatable {
    /// A file of the run that was left out, or a node of its graph.
    public var name: String
    public var role: BundleRole
    /// Of a file its bytes' digest, of a node that in `graph.json`.
    public var sha256: String
  }

  /// The version of the layout.
  public static let schema = "sousvide.bundle/1"
  /// That of bundles with data, which programs that know the first one only cannot place.
  public static let schemaWithData = "sousvide.bundle/2"
  /// More than any manifest has.
  static let largest = 64 << 20

  public var schema: String
  /// The run's name.
  public var run: String
  /// Sorted by the bytes of their paths; the manifest is none of them.
  public var members: [Member]
  public var references: [Reference]

  init(run: String, members: [Member], references: [Reference]) {
    let hasData = members.contains { $0.role == .records || $0.role == .media }
    schema = hasData ? Self.schemaWithData : Self.schema
    self.run = run
    self.members = members
    self.references = references
  }

  /// Bytes of the members in all.
  public var size: Int { members.reduce(0) { $0 + $1.size } }

  var text: Data {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      return try encoder.encode(self) + Data("\n".utf8)
    }
  }

  /// - Throws: `BundleError` for what is no manifest, one of a newer layout, or one with members that no
  ///   bundle has.
  init(_ data: Data, bundle: String) throws(BundleError) {
    struct Head: Decodable { var schema: String }
    guard let head = try? JSONDecoder().decode(Head.self, from: data) else {
      throw .notABundle(bundle, reason: "its manifest is not a JSON object with a `schema`")
    }
    guard [Self.schema, Self.schemaWithData].contains(head.schema) else {
      guard head.schema.hasPrefix("sousvide.bundle/") else {
        throw .notABundle(bundle, reason: "its manifest is of layout `\(head.schema)`")
      }
      throw .newerSchema(bundle, schema: head.schema)
    }
    do {
      self = try JSONDecoder().decode(BundleManifest.self, from: data)
    } catch {
      throw .notABundle(
        bundle, reason: "its manifest is damaged: \(JSONLinesReader.reason(of: error))")
    }
    try check(bundle)
  }

  /// Refuses what no bundle has.
  func check(_ bundle: String) throws(BundleError) {
    var names: Set<String> = []
    var folders: Set<String> = []
    var total = 0
    for member in members {
      if let problem = BundlePath.problem(member.path) {
        throw .refused(member: member.path, reason: problem)
      }
      let role = BundleRole(path: member.path)
      guard role == member.role, role != .manifest else {
        throw .refused(
          member: member.path, reason: "the manifest gives it the role `\(member.role.rawValue)`")
      }
      // File systems may take names for one that differ in case only.
      guard names.insert(member.path.lowercased()).inserted else {
        throw .refused(member: member.path, reason: "the manifest has it twice")
      }
      var folder = member.path.lowercased()[...]
      while let slash = folder.lastIndex(of: "/") {
        folder = folder[..<slash]
        folders.insert(String(folder))
      }
      let (sum, overflow) = total.addingReportingOverflow(member.size)
      guard member.size >= 0, !overflow else {
        throw .refused(member: member.path, reason: "the manifest gives it an impossible size")
      }
      total = sum
      guard member.sha256.utf8.count == 64 else {
        throw .refused(member: member.path, reason: "the manifest has no SHA-256 for it")
      }
    }
    if let both = names.intersection(folders).min() {
      throw .refused(member: both, reason: "it is a file and a folder")
    }
    guard names.contains(RunFile.recipe.rawValue) else {
      throw .notABundle(bundle, reason: "it has no \(RunFile.recipe.rawValue)")
    }
  }
}
