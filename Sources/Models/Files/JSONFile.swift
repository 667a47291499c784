import Foundation

/// A place inside a JSON file, with accessors whose errors name the file and the key path.
struct JSONNode {
  let path: String
  /// The key path from the top, `vision_config.depth`; empty at the top.
  let location: String
  let value: JSONValue

  /// Reads and parses the file at `url`.
  init(contentsOf url: URL) throws {
    let data = try FileBytes.read(url)
    try self.init(data, path: url.path)
  }

  /// Parses `data`, which came from `path`.
  init(_ data: Data, path: String) throws {
    do throws(JSONParser.Failure) {
      // `withUnsafeBytes` does not carry the typed error through; the result does.
      let result: Result<JSONValue, JSONParser.Failure> = data.withUnsafeBytes { bytes in
        do throws(JSONParser.Failure) { return .success(try JSONParser.parse(bytes)) } catch {
          return .failure(error)
        }
      }
      self.init(path: path, location: "", value: try result.get())
    } catch {
      throw ModelError.malformed(
        path: path, location: "byte \(error.offset)", reason: error.reason)
    }
  }

  init(path: String, location: String, value: JSONValue) {
    self.path = path
    self.location = location
    self.value = value
  }

  /// `location`, or words for the top of the document.
  private var place: String { location.isEmpty ? "the document" : location }

  func failure(_ reason: String) -> ModelError {
    .malformed(path: path, location: place, reason: reason)
  }

  func unsupported(_ reason: String) -> ModelError {
    .unsupported(path: path, location: place, reason: reason)
  }

  private func child(_ key: String, _ value: JSONValue) -> JSONNode {
    JSONNode(path: path, location: location.isEmpty ? key : "\(location).\(key)", value: value)
  }

  /// The member `key`, nil when absent or null.
  subscript(key: String) -> JSONNode? {
    guard let value = value[key], value != .null else { return nil }
    return child(key, value)
  }

  /// The member `key`, which has to be there.
  func required(_ key: String) throws -> JSONNode {
    guard let node = self[key] else { throw child(key, .null).failure("is missing") }
    return node
  }

  func members() throws -> [(key: String, node: JSONNode)] {
    guard case .object(let members) = value else {
      throw failure("an object is needed, not \(value.kind)")
    }
    return members.map { ($0.key, child($0.key, $0.value)) }
  }

  func elements() throws -> [JSONNode] {
    guard case .array(let values) = value else {
      throw failure("an array is needed, not \(value.kind)")
    }
    return values.enumerated().map { index, value in
      JSONNode(path: path, location: "\(location)[\(index)]", value: value)
    }
  }

  func string() throws -> String {
    guard case .string(let string) = value else {
      throw failure("a string is needed, not \(value.kind)")
    }
    return string
  }

  func boolean() throws -> Bool {
    guard case .boolean(let boolean) = value else {
      throw failure("true or false is needed, not \(value.kind)")
    }
    return boolean
  }

  /// An integer inside `range`. `2.0` is not an integer.
  func integer(in range: ClosedRange<Int>) throws -> Int {
    guard case .integer(let integer) = value else {
      throw failure("an integer is needed, not \(value.kind)")
    }
    guard range.contains(integer) else {
      throw failure(
        "\(integer) is outside \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  /// A finite number.
  func number() throws -> Double {
    switch value {
    case .integer(let integer): return Double(integer)
    case .number(let number): return number
    default: throw failure("a number is needed, not \(value.kind)")
    }
  }
}
