import Foundation

/// `ro-crate-metadata.json`: the bundle as a Workflow Run Crate, which archives of research data read
/// (https://w3id.org/ro/wfrun/workflow/0.5, on RO-Crate 1.1). It has no dates: equal runs have equal bundles.
enum RunCrate {
  private struct Reference: Encodable {
    var id: String
    enum CodingKeys: String, CodingKey { case id = "@id" }
  }

  private struct Entity: Encodable {
    var id: String
    var type: [String]
    var name: String?
    var about: Reference?
    var conformsTo: [Reference]?
    var mainEntity: Reference?
    var hasPart: [Reference]?
    var mentions: [Reference]?
    var instrument: Reference?
    var object: [Reference]?
    var result: [Reference]?
    var programmingLanguage: Reference?
    var contentSize: String?
    var sha256: String?

    enum CodingKeys: String, CodingKey {
      case id = "@id"
      case type = "@type"
      case name, about, conformsTo, mainEntity, hasPart, mentions, instrument, object, result
      case programmingLanguage, contentSize, sha256
    }
  }

  private struct Document: Encodable {
    var context = "https://w3id.org/ro/crate/1.1/context"
    var graph: [Entity]
    enum CodingKeys: String, CodingKey {
      case context = "@context"
      case graph = "@graph"
    }
  }

  private static let recipe = RunFile.recipe.rawValue

  static func text(run title: String, name: String, members: [BundleManifest.Member]) throws -> Data
  {
    let inputs: Set<BundleRole> = [.recipe, .lock, .records, .media]
    func references(_ condition: (BundleManifest.Member) -> Bool) -> [Reference] {
      members.filter(condition).map { Reference(id: $0.path) }
    }
    var graph = [
      Entity(
        id: BundleRole.cratePath, type: ["CreativeWork"], about: Reference(id: "./"),
        conformsTo: [
          Reference(id: "https://w3id.org/ro/crate/1.1"),
          Reference(id: "https://w3id.org/workflowhub/workflow-ro-crate/1.0"),
        ]),
      Entity(
        id: "./", type: ["Dataset"], name: title,
        conformsTo: [
          Reference(id: "https://w3id.org/ro/wfrun/process/0.5"),
          Reference(id: "https://w3id.org/ro/wfrun/workflow/0.5"),
        ],
        mainEntity: Reference(id: recipe), hasPart: references { _ in true },
        mentions: [Reference(id: "#run")]),
      Entity(id: "#sousvide", type: ["ComputerLanguage"], name: "sousvide recipe"),
      Entity(
        id: "#run", type: ["CreateAction"], name: name, instrument: Reference(id: recipe),
        object: references { inputs.contains($0.role) && $0.path != recipe },
        result: references { !inputs.contains($0.role) && $0.role != .card }),
    ]
    graph += members.map { member in
      Entity(
        id: member.path,
        type: member.path == recipe
          ? ["File", "SoftwareSourceCode", "ComputationalWorkflow"] : ["File"],
        name: member.path,
        programmingLanguage: member.path == recipe ? Reference(id: "#sousvide") : nil,
        contentSize: "\(member.size)", sha256: member.sha256)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return try encoder.encode(Document(graph: graph)) + Data("\n".utf8)
  }
}
