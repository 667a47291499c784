import Foundation
import RecipeLanguage

extension Feature {
  static let definition = Feature("textDocument/definition", "definitionProvider") {
    workspace, params throws(ResponseError) in
    let spot = try workspace.spot(params)
    if let symbol = spot.text.occurrence(at: spot.offset)?.symbol {
      let places = spot.chain.definitions(of: symbol)
      return .array(places.map { workspace.location($0.text, $0.occurrence.range) })
    }
    // A path leads to its file.
    guard let place = spot.text.place(at: spot.offset), case .path? = place.type?.unwrapped,
      let scalar = place.node.scalar
    else { return [] }
    let path = FileAddress.resolve(scalar.text, besides: spot.text.path)
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let start: JSON = ["line": 0, "character": 0]
    return [
      ["uri": .string(workspace.uri(of: path)), "range": ["start": start, "end": start]]
    ]
  }

  static let references = Feature("textDocument/references", "referencesProvider") {
    workspace, params throws(ResponseError) in
    let spot = try workspace.spot(params)
    guard let symbol = spot.text.occurrence(at: spot.offset)?.symbol else { return [] }
    let withDefinition = params.json["context"]?["includeDeclaration"]?.boolean ?? true
    return .array(
      workspace.family(of: symbol, from: spot.uri).flatMap { text in
        text.occurrences
          .filter { $0.symbol == symbol && (withDefinition || !$0.isDefinition) }
          .map { workspace.location(text, $0.range) }
      })
  }

  static let highlight = Feature("textDocument/documentHighlight", "documentHighlightProvider") {
    workspace, params throws(ResponseError) in
    let spot = try workspace.spot(params)
    guard let symbol = spot.text.occurrence(at: spot.offset)?.symbol else { return [] }
    return .array(
      spot.text.occurrences.filter { $0.symbol == symbol }.map { occurrence in
        [
          "range": spot.text.lines.json(occurrence.range, workspace.encoding),
          // Written where it is declared, read elsewhere.
          "kind": occurrence.isDefinition ? 3 : 2,
        ]
      })
  }
}

extension Workspace {
  /// The files that share a name: this one, those it extends, and the recipes open or in the same
  /// folder that extend a file which declares it.
  mutating func family(of symbol: Symbol, from uri: String) -> [DraftFile] {
    guard let chain = chain(uri) else { return [] }
    var family = chain.texts
    let homes = Set(chain.definitions(of: symbol).map { FileAddress.standard($0.text.path) })
    let others =
      documents.keys.filter { $0 != uri }.sorted().compactMap { self.chain($0) }
      + neighbours(of: chain.first.path)
    for other in others
    where other.texts.contains(where: { homes.contains(FileAddress.standard($0.path)) }) {
      for text in other.texts {
        let path = FileAddress.standard(text.path)
        if !family.contains(where: { FileAddress.standard($0.path) == path }) {
          family.append(text)
        }
      }
    }
    return family
  }

  /// The recipes beside a file that are not open and extend another.
  private mutating func neighbours(of path: String) -> [RecipeChain] {
    guard let slash = path.lastIndex(of: "/") else { return [] }
    let folder = String(path[...slash])
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.prefix(200)
      .compactMap { stored(folder + $0) }
  }
}
