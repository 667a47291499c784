import Foundation
import RecipeLanguage

/// The documents an editor has open, and what is known about them. Each is read and checked once per
/// change, and only when something asks.
struct Workspace: Sendable {
  let language: Language
  let options: CheckOptions
  var encoding = PositionEncoding.utf16
  /// What the editor can do, where it matters.
  var client = ClientAbilities()
  private(set) var documents: [String: TextDocument] = [:]
  /// Goes up with everything that can change what is found.
  private(set) var changes = 0
  private var chains: [String: RecipeChain] = [:]
  private var checks: [String: Check] = [:]
  /// Files read from the disk, by path.
  private var files: [String: StoredFile] = [:]

  private let facts = FactMemory()

  private struct StoredFile: Sendable {
    var stamp: FileStamp
    var text: String
  }

  init(_ language: Language, options: CheckOptions) {
    self.language = language
    self.options = options
  }

  // MARK: Documents

  mutating func open(_ document: TextDocument) {
    facts.forget()
    documents[document.uri] = document
    forget(document.path)
  }

  mutating func close(_ uri: String) {
    guard let document = documents.removeValue(forKey: uri) else { return }
    chains[uri] = nil
    checks[uri] = nil
    forget(document.path)
  }

  mutating func edit(_ uri: String, _ change: (inout TextDocument) -> Void) {
    guard var document = documents[uri] else { return }
    change(&document)
    documents[uri] = document
    forget(document.path)
  }

  /// Something on the disk has changed.
  mutating func forgetFile(_ path: String) {
    facts.forget()
    // Facts may rest on any file, so every recipe is looked at again.
    checks = [:]
    forget(path)
  }

  /// Everything that depends on a file has to be looked at again.
  mutating func forget(_ path: String) {
    let path = FileAddress.standard(path)
    files[path] = nil
    changes += 1
    for (uri, document) in documents {
      let own = FileAddress.standard(document.path) == path
      let uses =
        chains[uri]?.texts.contains { FileAddress.standard($0.path) == path } ?? true
        || checks[uri]?.result.files.contains { FileAddress.standard($0.path) == path } ?? true
      if own || uses {
        chains[uri] = nil
        checks[uri] = nil
      }
    }
  }

  /// The address of a file, as the editor spells it where it has the file open.
  func uri(of path: String) -> String {
    let standard = FileAddress.standard(path)
    return documents.values.first { FileAddress.standard($0.path) == standard }?.uri
      ?? FileAddress.uri(of: path)
  }

  // MARK: What is known

  /// The file with those it extends; nil for a document that is not open.
  mutating func chain(_ uri: String) -> RecipeChain? {
    if let known = chains[uri] { return known }
    guard let document = documents[uri] else { return nil }
    let chain = RecipeChain(texts: texts(of: document.path, document.lines, ancestors: []))
    chains[uri] = chain
    return chain
  }

  /// What the checker says; nil for a document that is not open.
  mutating func check(_ uri: String) -> Check? {
    if let known = checks[uri] { return known }
    guard let document = documents[uri] else { return nil }
    var options = options
    if let make = options.facts {
      options.facts = { [facts] root in facts.facts(of: root, make: make) }
    }
    options.read = openFiles(besides: options.read)
    let result = RecipeChecker.check(
      text: document.text, path: document.path, vocabulary: language.vocabulary, options: options)
    let check = Check(result, document: document)
    checks[uri] = check
    return check
  }

  /// What the checker said, if it has been asked since the last change.
  func knownCheck(_ uri: String) -> Check? { checks[uri] }

  /// Reads a recipe that may be nowhere else: the text while something is being completed.
  mutating func read(_ lines: LineTable, in uri: String) -> DraftFile? {
    guard let chain = chain(uri) else { return nil }
    let parents = RecipeChain(texts: Array(chain.texts.dropFirst()))
    return DraftFile(path: chain.first.path, lines: lines, language: language) {
      parents.value(at: $0)
    }
  }

  /// A recipe that is not open; nil when it is, when it cannot be read, or when it extends no other.
  mutating func stored(_ path: String) -> RecipeChain? {
    let standard = FileAddress.standard(path)
    guard !documents.values.contains(where: { FileAddress.standard($0.path) == standard }),
      let text = contents(of: path), text.utf8.firstRange(of: "extends".utf8) != nil
    else { return nil }
    return RecipeChain(texts: texts(of: path, LineTable(Array(text.utf8)), ancestors: []))
  }

  private mutating func texts(
    of path: String, _ lines: LineTable, ancestors: [String]
  ) -> [DraftFile] {
    let standard = FileAddress.standard(path)
    guard !ancestors.contains(standard), ancestors.count < Limits.parents else { return [] }
    var parents: [DraftFile] = []
    let draft = DraftReader.read(lines)
    if let written = draft.root["extends"]?.scalar?.text, !written.isEmpty {
      let parent = FileAddress.resolve(written, besides: path)
      if let text = contents(of: parent) {
        parents = texts(
          of: parent, LineTable(Array(text.utf8)), ancestors: ancestors + [standard])
      }
    }
    let chain = RecipeChain(texts: parents)
    let text = DraftFile(path: path, lines: lines, draft: draft, language: language) {
      chain.value(at: $0)
    }
    return [text] + parents
  }

  /// The text of a file: the editor's where it has it open, else the disk's.
  private mutating func contents(of path: String) -> String? {
    let standard = FileAddress.standard(path)
    let open = documents.values.first { FileAddress.standard($0.path) == standard }
    if let open { return open.text }
    guard let stamp = FileStamp(standard) else { return nil }
    if let stored = files[standard], stored.stamp == stamp { return stored.text }
    guard let file = try? SourceFile.read(path) else { return nil }
    files[standard] = StoredFile(stamp: stamp, text: file.text)
    return file.text
  }

  private func openFiles(
    besides read: @escaping @Sendable (String) -> SourceFile?
  ) -> @Sendable (String) -> SourceFile? {
    let open = Dictionary(
      documents.values.map { (FileAddress.standard($0.path), $0) },
      uniquingKeysWith: { first, _ in first })
    return { path in
      open[FileAddress.standard(path)].map { SourceFile(path: path, text: $0.text) } ?? read(path)
    }
  }
}

/// What the checker says about a document.
struct Check: Sendable {
  let result: CheckResult
  let version: Int
  private let lines: [String: LineTable]

  init(_ result: CheckResult, document: TextDocument) {
    self.result = result
    version = document.version
    var lines = Dictionary(
      result.files.dropFirst().map { ($0.path, LineTable($0.bytes)) },
      uniquingKeysWith: { first, _ in first })
    lines[document.path] = document.lines
    self.lines = lines
  }

  var outline: RecipeOutline? { result.outline }

  func lines(of path: String) -> LineTable? { lines[path] }
}

/// What tells whether a file has changed.
struct FileStamp: Sendable, Equatable {
  private let size: Int
  private let modified: Date

  init?(_ path: String) {
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      let size = attributes[.size] as? Int, let modified = attributes[.modificationDate] as? Date
    else { return nil }
    self.size = size
    self.modified = modified
  }
}

/// What the editor said at the start that it can do.
struct ClientAbilities: Sendable {
  var snippets = false
  var markdown = true
  var codeActionLiterals = false
  var hierarchicalSymbols = false
  var versionedEdits = false
  var relatedInformation = false
}
