import RecipeLanguage

/// One file of a recipe as an editor sees it: its tree, its places and its names, however broken.
struct DraftFile: Sendable {
  let path: String
  let lines: LineTable
  let draft: Draft
  let places: [DraftPlace]
  let occurrences: [Occurrence]

  /// - Parameter inherited: the value of a path in the files this one extends.
  init(
    path: String, lines: LineTable, draft: Draft? = nil, language: Language,
    inherited: @escaping (String) -> String?
  ) {
    let draft = draft ?? DraftReader.read(lines)
    self.path = path
    self.lines = lines
    self.draft = draft
    places = PlaceReader.read(draft, language.fields, inherited: inherited)
    occurrences = SymbolReader.read(places, sections: language.sections)
  }

  /// The innermost place that covers an offset; its end counts.
  func place(at offset: Int) -> DraftPlace? {
    places.last { $0.range.lowerBound <= offset && offset <= $0.range.upperBound }
  }

  func place(path: String) -> DraftPlace? { places.last { $0.path == path } }

  func occurrence(at offset: Int) -> Occurrence? {
    occurrences.first { $0.range.lowerBound <= offset && offset <= $0.range.upperBound }
  }

  func text(_ range: Range<Int>) -> String {
    String(decoding: lines.bytes[range.clamped(to: 0..<lines.bytes.count)], as: UTF8.self)
  }
}

/// A file and those it extends, nearest first.
struct RecipeChain: Sendable {
  let texts: [DraftFile]

  var first: DraftFile { texts[0] }

  /// The names that a section declares, each once; the file's own first.
  func names(in section: String) -> [String] {
    var seen: Set<String> = []
    return texts.flatMap(\.occurrences)
      .filter { $0.isDefinition && $0.symbol.section == section }
      .map(\.symbol.name).filter { seen.insert($0).inserted }
  }

  /// Where a name is declared, the file's own place first.
  func definitions(of symbol: Symbol) -> [(text: DraftFile, occurrence: Occurrence)] {
    texts.flatMap { text in
      text.occurrences.filter { $0.symbol == symbol && $0.isDefinition }.map { (text, $0) }
    }
  }

  /// The scalar at a path: the file's own, or the nearest that it extends has.
  func value(at path: String) -> String? {
    for text in texts {
      if let scalar = text.place(path: path)?.node.scalar { return scalar.text }
    }
    return nil
  }
}

/// What the language is: the schema of the build, and what follows from it.
struct Language: Sendable {
  let vocabulary: Vocabulary
  let fields: [FieldSchema]
  /// Top-level keys whose entries have names that other places refer to.
  let sections: Set<String>
  let codes: [DiagnosticCode]

  init(_ vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
    fields = RecipeSchema.fields(vocabulary)
    sections = Set(
      fields.compactMap { field in
        if case .map = field.type.unwrapped { return field.name }
        return nil
      })
    codes = DiagnosticCatalogue.all(vocabulary)
  }
}
