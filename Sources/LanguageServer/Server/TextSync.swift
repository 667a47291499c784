/// What the client says about itself and its documents.
extension Workspace {
  mutating func adopt(_ capabilities: JSON?) {
    let encodings = capabilities?["general"]?["positionEncodings"]?.array?.compactMap(\.string)
    // Ours are bytes, so a client that has them saves both sides the counting.
    encoding = encodings?.contains(PositionEncoding.utf8.rawValue) == true ? .utf8 : .utf16
    let document = capabilities?["textDocument"]
    let item = document?["completion"]?["completionItem"]
    client.snippets = item?["snippetSupport"]?.boolean ?? false
    let formats = document?["hover"]?["contentFormat"]?.array?.compactMap(\.string)
    client.markdown = formats?.contains("markdown") ?? true
    client.codeActionLiterals = document?["codeAction"]?["codeActionLiteralSupport"] != nil
    client.hierarchicalSymbols =
      document?["documentSymbol"]?["hierarchicalDocumentSymbolSupport"]?.boolean ?? false
    client.versionedEdits =
      capabilities?["workspace"]?["workspaceEdit"]?["documentChanges"]?.boolean ?? false
    client.relatedInformation =
      document?["publishDiagnostics"]?["relatedInformation"]?.boolean ?? false
  }

  mutating func didOpen(_ params: Params) throws(ResponseError) {
    let uri = try params.uri()
    let text = try params.string("textDocument", "text")
    let version = try params.integer("textDocument", "version")
    open(
      TextDocument(
        uri: uri, path: FileAddress.path(of: uri) ?? uri, version: version, text: text))
  }

  mutating func didChange(_ params: Params) throws(ResponseError) {
    let uri = try params.uri()
    let changes = try params.array("contentChanges")
    let version = params.json["textDocument"]?["version"]?.integer
    let encoding = encoding
    edit(uri) { document in
      if let version { document.version = version }
      for change in changes {
        guard let text = change["text"]?.string else { continue }
        let range = change["range"].flatMap { try? document.lines.range($0, encoding) }
        document.replace(range, with: text)
      }
    }
  }

  mutating func didClose(_ params: Params) throws(ResponseError) { close(try params.uri()) }

  mutating func didChangeFiles(_ params: Params) {
    for change in params.json["changes"]?.array ?? [] {
      if let path = change["uri"]?.string.flatMap(FileAddress.path) { forgetFile(path) }
    }
  }
}
