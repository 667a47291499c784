import RecipeLanguage

extension Feature {
  static let prepareRename = Feature("textDocument/prepareRename") {
    workspace, params throws(ResponseError) in
    let spot = try workspace.spot(params)
    let renaming = try Renaming(spot, &workspace)
    return [
      "range": spot.text.lines.json(renaming.range, workspace.encoding),
      "placeholder": .string(renaming.symbol.name),
    ]
  }

  static let rename = Feature(
    "textDocument/rename", "renameProvider", ["prepareProvider": true]
  ) { workspace, params throws(ResponseError) in
    let spot = try workspace.spot(params)
    let name = try params.string("newName")
    let renaming = try Renaming(spot, &workspace)
    try renaming.accept(name)
    let edits = renaming.family.compactMap { text -> (String, [JSON])? in
      let places = text.occurrences.filter { $0.symbol == renaming.symbol }
      guard !places.isEmpty else { return nil }
      let edits = places.map { occurrence -> JSON in
        [
          "range": text.lines.json(occurrence.range, workspace.encoding),
          "newText": .string(name),
        ]
      }
      return (workspace.uri(of: text.path), edits)
    }
    return workspace.edit(edits)
  }
}

/// A name that is about to change, with every file that holds it.
struct Renaming {
  let symbol: Symbol
  /// Where the cursor is.
  let range: Range<Int>
  let family: [DraftFile]

  init(_ spot: Spot, _ workspace: inout Workspace) throws(ResponseError) {
    guard let occurrence = spot.text.occurrence(at: spot.offset) else {
      throw .requestFailed("there is no name here that the recipe declares")
    }
    symbol = occurrence.symbol
    range = occurrence.range
    guard !spot.chain.definitions(of: symbol).isEmpty else {
      throw .requestFailed("\(symbol.noun) `\(symbol.name)` is declared nowhere")
    }
    family = workspace.family(of: symbol, from: spot.uri)
    let folder = Self.folder(spot.text.path)
    for text in family where text.occurrences.contains(where: { $0.symbol == occurrence.symbol }) {
      guard Self.folder(text.path) == folder else {
        throw .requestFailed(
          "`\(occurrence.symbol.name)` is also written in `\(text.path)`, in another folder")
      }
    }
  }

  /// - Throws: when the new name is no name, or taken.
  func accept(_ name: String) throws(ResponseError) {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, Words.isNamePart(first), !Words.isDigit(first),
      bytes.allSatisfy(Words.isNamePart), bytes.count <= 64
    else {
      throw .requestFailed("`\(name)` is not a name: letters, digits and `_`, at most 64")
    }
    guard !Words.reserved.contains(name) else {
      throw .requestFailed("`\(name)` is a word of the language")
    }
    let other = Symbol(section: symbol.section, name: name)
    guard
      name == symbol.name || !family.flatMap(\.occurrences).contains(where: { $0.symbol == other })
    else { throw .requestFailed("there is a \(symbol.noun) `\(name)` already") }
  }

  private static func folder(_ path: String) -> String {
    FileAddress.standard(path).split(separator: "/").dropLast().joined(separator: "/")
  }
}

extension Workspace {
  /// A `WorkspaceEdit`.
  func edit(_ edits: [(uri: String, edits: [JSON])]) -> JSON {
    guard client.versionedEdits else {
      return ["changes": .object(edits.map { JSON.Member($0.uri, .array($0.edits)) })]
    }
    return [
      "documentChanges": .array(
        edits.map { uri, edits in
          let version = documents[uri].map { JSON($0.version) } ?? .null
          return [
            "textDocument": ["uri": .string(uri), "version": version], "edits": .array(edits),
          ]
        })
    ]
  }
}
