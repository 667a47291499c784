import Foundation
import RecipeLanguage
import Testing

@testable import LanguageServer

/// A client in the same process: it speaks in frames and remembers what it was told.
struct Editor {
  var server = LanguageServer(
    vocabulary: EditorVocabulary.all, version: "test", catalogue: "file:///diagnostics.md")
  private var output = FrameReader()
  private var nextID = 1
  private(set) var answers: [JSON] = []
  /// By address, the latest.
  private(set) var diagnostics: [String: [JSON]] = [:]
  private(set) var texts: [String: String] = [:]
  private var versions: [String: Int] = [:]

  static let capabilities: JSON = [
    "textDocument": [
      "completion": ["completionItem": ["snippetSupport": true]],
      "codeAction": ["codeActionLiteralSupport": ["codeActionKind": ["valueSet": []]]],
      "documentSymbol": ["hierarchicalDocumentSymbolSupport": true],
      "publishDiagnostics": ["relatedInformation": true],
      "hover": ["contentFormat": ["markdown"]],
    ]
  ]

  /// An editor that has shaken hands and opened a text.
  init(_ text: String? = nil, at uri: String = "untitled:recipe.yaml") throws {
    try request("initialize", ["processId": .null, "capabilities": Self.capabilities])
    notify("initialized", [:])
    if let text { open(text, at: uri) }
  }

  mutating func raw(_ bytes: [UInt8]) {
    output.append(server.receive(bytes))
    while let frame = output.next() {
      guard case .message(let body) = frame, let message = try? JSONReader.read(body) else {
        Issue.record("the server wrote no message")
        continue
      }
      answers.append(message)
      if message["method"]?.string == "textDocument/publishDiagnostics",
        let params = message["params"], let uri = params["uri"]?.string
      {
        diagnostics[uri] = params["diagnostics"]?.array ?? []
      }
    }
  }

  /// - Returns: the whole answer, a failure too.
  mutating func ask(_ method: String, _ params: JSON) -> JSON {
    let id = nextID
    nextID += 1
    let start = answers.count
    raw(
      FrameReader.frame(
        ["jsonrpc": "2.0", "id": JSON(id), "method": .string(method), "params": params]))
    return answers[start...].first { $0["id"] == JSON(id) } ?? .null
  }

  @discardableResult mutating func request(_ method: String, _ params: JSON) throws -> JSON {
    let answer = ask(method, params)
    return try #require(answer["result"], "\(answer)")
  }

  mutating func notify(_ method: String, _ params: JSON) {
    raw(
      FrameReader.frame(["jsonrpc": "2.0", "method": .string(method), "params": params]))
  }

  mutating func open(_ text: String, at uri: String) {
    texts[uri] = text
    versions[uri] = 1
    notify(
      "textDocument/didOpen",
      [
        "textDocument": [
          "uri": .string(uri), "languageId": "sousvide", "version": 1, "text": .string(text),
        ]
      ])
  }

  /// Sends the whole text.
  mutating func write(_ text: String, at uri: String = "untitled:recipe.yaml") {
    texts[uri] = text
    change([["text": .string(text)]], at: uri)
  }

  mutating func change(_ changes: JSON, at uri: String = "untitled:recipe.yaml") {
    let version = (versions[uri] ?? 0) + 1
    versions[uri] = version
    notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": .string(uri), "version": JSON(version)],
        "contentChanges": changes,
      ])
  }

  /// The parameters of a request about the first place where `marked` occurs, at its `|`.
  func at(_ marked: String, _ uri: String = "untitled:recipe.yaml") throws -> JSON {
    let parts = marked.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
    let text = try #require(texts[uri])
    let range = try #require(text.range(of: parts.joined()), "no `\(marked)` in the text")
    let offset = text[..<range.lowerBound].utf8.count + parts[0].utf8.count
    return [
      "textDocument": ["uri": .string(uri)],
      "position": LineTable(Array(text.utf8)).json(offset, .utf16),
    ]
  }

  /// The labels offered at the `|` of a text, which is opened with it removed.
  mutating func completions(_ text: String) throws -> [String] {
    try completionItems(text).compactMap { $0["label"]?.string }
  }

  mutating func completionItems(_ marked: String) throws -> [JSON] {
    let parts = marked.split(separator: "‸", maxSplits: 1, omittingEmptySubsequences: false)
    try #require(parts.count == 2)
    let text = parts.joined()
    write(text)
    let place = LineTable(Array(text.utf8)).json(parts[0].utf8.count, .utf16)
    let result = try request(
      "textDocument/completion",
      ["textDocument": ["uri": "untitled:recipe.yaml"], "position": place])
    return result["items"]?.array ?? []
  }

  /// The text after an item of a completion has been accepted.
  mutating func accept(_ label: String, in marked: String) throws -> String {
    let items = try completionItems(marked)
    let item = try #require(items.first { $0["label"]?.string == label }, "\(items)")
    let edit = try #require(item["textEdit"])
    return try apply([edit], to: marked.replacing("‸", with: ""))
  }

  func apply(_ edits: [JSON], to text: String) throws -> String {
    let lines = LineTable(Array(text.utf8))
    var bytes = lines.bytes
    let changes = try edits.map { edit in
      (try lines.range(edit["range"], .utf16), try #require(edit["newText"]?.string))
    }
    for (range, text) in changes.sorted(by: { $0.0.lowerBound > $1.0.lowerBound }) {
      bytes.replaceSubrange(range, with: text.utf8)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  func codes(_ uri: String = "untitled:recipe.yaml") -> [String] {
    diagnostics[uri]?.compactMap { $0["code"]?.string } ?? []
  }
}
