import RecipeLanguage

/// A server of the Language Server Protocol 3.17 for recipes.
///
/// It is a value that takes bytes and gives bytes: whoever owns the streams feeds it, and tests need
/// none. Everything of one call of `receive` is known before anything is answered, so that a request
/// cancelled in the same breath is not worked on, and a document that changed ten times is checked once.
public struct LanguageServer: Sendable {
  private enum Phase { case waiting, running, shutDown }

  private let version: String
  private var reader = FrameReader()
  private var phase = Phase.waiting
  private var workspace: Workspace
  private var publisher: DiagnosticPublisher
  private let features: [String: Feature]

  /// What the process ends with, once the client has said that it should.
  public private(set) var exitCode: Int32?

  /// - Parameters:
  ///   - version: of the program, for the client's logs.
  ///   - options: how recipes are checked; open documents come before its files.
  ///   - catalogue: address of the page that explains the codes, where there is one.
  public init(
    vocabulary: Vocabulary, options: CheckOptions = CheckOptions(), version: String,
    catalogue: String? = nil
  ) {
    self.version = version
    workspace = Workspace(Language(vocabulary), options: options)
    publisher = DiagnosticPublisher(catalogue: catalogue)
    features = Dictionary(
      Feature.all.map { ($0.method, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// What the process ends with when its input ends without `exit`.
  public var exitCodeAtEnd: Int32 { exitCode ?? (phase == .shutDown ? 0 : 1) }

  /// Takes bytes of the client, in pieces of any size.
  ///
  /// - Returns: whole messages for the client.
  public mutating func receive(_ bytes: some Sequence<UInt8>) -> [UInt8] {
    reader.append(bytes)
    var messages: [Message] = []
    var answers: [JSON] = []
    while let frame = reader.next() {
      switch Self.message(frame) {
      case .success(let message): messages.append(message)
      case .failure(let error): answers.append(.failure(.null, error))
      }
    }
    let cancelled = Self.cancelled(messages)
    for message in messages where exitCode == nil {
      answers += handle(message, cancelled: cancelled)
    }
    if phase == .running, exitCode == nil { answers += publisher.publish(&workspace) }
    return answers.flatMap(FrameReader.frame)
  }

  private static func message(_ frame: FrameReader.Frame) -> Result<Message, ResponseError> {
    switch frame {
    case .malformed(let reason):
      return .failure(ResponseError(code: ResponseError.parseError, message: reason))
    case .message(let body):
      do {
        return .success(Message(try JSONReader.read(body)))
      } catch {
        let reason = "not JSON: \(error.message) at byte \(error.offset)"
        return .failure(ResponseError(code: ResponseError.parseError, message: reason))
      }
    }
  }

  private static func cancelled(_ messages: [Message]) -> [JSON] {
    messages.compactMap { message in
      guard case .notification("$/cancelRequest", let params) = message else { return nil }
      return params["id"]
    }
  }

  private mutating func handle(_ message: Message, cancelled: [JSON]) -> [JSON] {
    switch message {
    case .response: return []
    case .invalid(let id):
      let error = ResponseError(
        code: ResponseError.invalidRequest, message: "neither a request nor a notification")
      return [.failure(id, error)]
    case .notification(let method, let params):
      notify(method, Params(json: params))
      return []
    case .request(let id, let method, let params):
      guard !cancelled.contains(id) else {
        let error = ResponseError(code: ResponseError.requestCancelled, message: "cancelled")
        return [.failure(id, error)]
      }
      do {
        return [.response(id, try answer(method, Params(json: params)))]
      } catch {
        return [.failure(id, error)]
      }
    }
  }

  private mutating func answer(
    _ method: String, _ params: Params
  ) throws(ResponseError) -> JSON {
    switch (phase, method) {
    case (.waiting, "initialize"):
      phase = .running
      return initialize(params)
    case (.waiting, _):
      throw ResponseError(
        code: ResponseError.serverNotInitialized, message: "the first request is `initialize`")
    case (.running, "initialize"):
      throw ResponseError(code: ResponseError.invalidRequest, message: "initialized already")
    case (.running, "shutdown"):
      phase = .shutDown
      return .null
    case (.running, _):
      guard let feature = features[method] else {
        throw ResponseError(
          code: ResponseError.methodNotFound, message: "there is no method `\(method)`")
      }
      return try feature.answer(&workspace, params)
    case (.shutDown, _):
      throw ResponseError(code: ResponseError.invalidRequest, message: "shut down already")
    }
  }

  private mutating func notify(_ method: String, _ params: Params) {
    if method == "exit" { exitCode = phase == .shutDown ? 0 : 1 }
    guard phase == .running else { return }
    // A notification has no answer: one that cannot be understood is dropped.
    switch method {
    case "textDocument/didOpen": try? workspace.didOpen(params)
    case "textDocument/didChange": try? workspace.didChange(params)
    case "textDocument/didClose": try? workspace.didClose(params)
    case "workspace/didChangeWatchedFiles": workspace.didChangeFiles(params)
    default: break
    }
  }

  private mutating func initialize(_ params: Params) -> JSON {
    workspace.adopt(params.json["capabilities"])
    let capabilities =
      [
        JSON.Member("positionEncoding", .string(workspace.encoding.rawValue)),
        JSON.Member("textDocumentSync", ["openClose": true, "change": 2]),
      ] + Feature.all.compactMap(\.capability)
    return [
      "capabilities": .object(capabilities),
      "serverInfo": ["name": "sousvide", "version": .string(version)],
    ]
  }
}
