/// One message of JSON-RPC 2.0, from the client.
enum Message {
  case request(id: JSON, method: String, params: JSON)
  case notification(method: String, params: JSON)
  /// An answer to something the server asked.
  case response
  /// Valid JSON, but no message; `id` where one can be told.
  case invalid(id: JSON)

  init(_ json: JSON) {
    let id = json["id"]
    let isID = id.map { $0.string != nil || $0.integer != nil } ?? false
    guard let method = json["method"]?.string else {
      let isResponse = isID && (json["result"] != nil || json["error"] != nil)
      self = isResponse ? .response : .invalid(id: isID ? id ?? .null : .null)
      return
    }
    let params = json["params"] ?? .null
    guard let id else {
      self = .notification(method: method, params: params)
      return
    }
    self = isID ? .request(id: id, method: method, params: params) : .invalid(id: .null)
  }
}

/// A refusal of a request, with the codes of the specification.
struct ResponseError: Error, Equatable {
  var code: Int
  var message: String

  static let parseError = -32700
  static let invalidRequest = -32600
  static let methodNotFound = -32601
  static let invalidParams = -32602
  static let serverNotInitialized = -32002
  static let requestFailed = -32803
  static let requestCancelled = -32800

  static func invalidParams(_ message: String) -> ResponseError {
    ResponseError(code: invalidParams, message: message)
  }

  static func requestFailed(_ message: String) -> ResponseError {
    ResponseError(code: requestFailed, message: message)
  }
}

/// The messages the server sends.
extension JSON {
  static func response(_ id: JSON, _ result: JSON) -> JSON {
    ["jsonrpc": "2.0", "id": id, "result": result]
  }

  static func failure(_ id: JSON, _ error: ResponseError) -> JSON {
    [
      "jsonrpc": "2.0", "id": id,
      "error": ["code": JSON(error.code), "message": .string(error.message)],
    ]
  }

  static func notification(_ method: String, _ params: JSON) -> JSON {
    ["jsonrpc": "2.0", "method": .string(method), "params": params]
  }
}
