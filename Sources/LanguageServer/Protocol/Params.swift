/// The parameters of a request, read by name. What is missing or of another type is the client's
/// mistake and answered as such.
struct Params {
  let json: JSON

  func string(_ path: String...) throws(ResponseError) -> String {
    guard let value = find(path)?.string else { throw missing(path, "text") }
    return value
  }

  func integer(_ path: String...) throws(ResponseError) -> Int {
    guard let value = find(path)?.integer else { throw missing(path, "a whole number") }
    return value
  }

  func array(_ path: String...) throws(ResponseError) -> [JSON] {
    guard let value = find(path)?.array else { throw missing(path, "a list") }
    return value
  }

  /// `textDocument.uri`
  func uri() throws(ResponseError) -> String { try string("textDocument", "uri") }

  private func find(_ path: [String]) -> JSON? {
    path.reduce(json as JSON?) { value, key in value?[key] }
  }

  private func missing(_ path: [String], _ type: String) -> ResponseError {
    .invalidParams("`\(path.joined(separator: "."))` must be \(type)")
  }
}

/// Positions and ranges of the protocol.
extension LineTable {
  func json(_ offset: Int, _ encoding: PositionEncoding) -> JSON {
    let place = position(of: offset, encoding)
    return ["line": JSON(place.line), "character": JSON(place.character)]
  }

  func json(_ range: Range<Int>, _ encoding: PositionEncoding) -> JSON {
    ["start": json(range.lowerBound, encoding), "end": json(range.upperBound, encoding)]
  }

  func offset(_ position: JSON?, _ encoding: PositionEncoding) throws(ResponseError) -> Int {
    guard let line = position?["line"]?.integer, let character = position?["character"]?.integer
    else { throw .invalidParams("a position needs `line` and `character`") }
    return offset(line: line, character: character, encoding)
  }

  /// An upside-down range is taken the right way round.
  func range(_ range: JSON?, _ encoding: PositionEncoding) throws(ResponseError) -> Range<Int> {
    let start = try offset(range?["start"], encoding)
    let end = try offset(range?["end"], encoding)
    return min(start, end)..<max(start, end)
  }
}
