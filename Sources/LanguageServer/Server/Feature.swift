/// One request that the server answers: a file in `Features/`, a line in the list below.
struct Feature: Sendable {
  typealias Answer = @Sendable (inout Workspace, Params) throws(ResponseError) -> JSON

  let method: String
  /// What `initialize` says about it; nil for a request that belongs to another.
  let capability: JSON.Member?
  let answer: Answer

  init(
    _ method: String, _ capability: String? = nil, _ value: JSON = true, answer: @escaping Answer
  ) {
    self.method = method
    self.capability = capability.map { JSON.Member($0, value) }
    self.answer = answer
  }

  static let all: [Feature] = [
    .hover, .completion, .definition, .references, .highlight, .prepareRename, .rename,
    .documentSymbols, .foldingRanges, .selectionRanges,
    .codeActions, .formatting, .inlayHints,
    .semanticTokens,
  ]
}

/// What a request about a place in a document is about.
struct Spot {
  let uri: String
  let chain: RecipeChain
  let offset: Int

  var text: DraftFile { chain.first }
}

extension Workspace {
  mutating func document(
    _ params: Params
  ) throws(ResponseError) -> (uri: String, chain: RecipeChain) {
    let uri = try params.uri()
    guard let chain = chain(uri) else { throw .invalidParams("`\(uri)` is not open") }
    return (uri, chain)
  }

  mutating func spot(_ params: Params) throws(ResponseError) -> Spot {
    let (uri, chain) = try document(params)
    let offset = try chain.first.lines.offset(params.json["position"], encoding)
    return Spot(uri: uri, chain: chain, offset: offset)
  }

  func location(_ text: DraftFile, _ range: Range<Int>) -> JSON {
    ["uri": .string(uri(of: text.path)), "range": text.lines.json(range, encoding)]
  }
}
