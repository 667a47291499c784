import RecipeLanguage

/// A language model that this program runs itself, as far as judges know it. It is implemented where the
/// engine is known.
public protocol LocalModel: Sendable {
  /// Answers to some questions, in their order. An answer depends on the model, its question and the
  /// sampling alone, not on what else is asked.
  ///
  /// - Parameter isCancelled: asked before every token.
  /// - Returns: for each question an answer, or why there can be none.
  /// - Throws: what is wrong with the model; `CancellationError` when cancelled.
  func answers(
    to questions: [LocalQuestion], sampling: JudgeSampling,
    isCancelled: @escaping @Sendable () -> Bool
  ) async throws -> [Result<ChatReply, JudgeFailure>]
}

/// Where models come from that this program runs itself. A model that several judges name is read once.
public protocol LocalModelLibrary: Sendable {
  /// SHA-256 over the model's files, and over how it makes patches of pictures where it sees some: what its answers
  /// are known by.
  ///
  /// - Throws: an error that names the folder, or the file in it that cannot be read.
  func digest(of model: LocalModelSettings) throws -> String
  /// The model, which is read when it is first asked for.
  ///
  /// - Throws: an error that names the file, and what is wrong with it.
  func model(_ model: LocalModelSettings) throws -> any LocalModel
}

/// One question for a model that this program runs itself.
public struct LocalQuestion: Sendable, Hashable {
  public var system: String?
  public var parts: [ChatPart]
  /// Of the question: what the random numbers of its answer are keyed by.
  public var key: String

  public init(system: String? = nil, parts: [ChatPart], key: String) {
    self.system = system
    self.parts = parts
    self.key = key
  }

  /// The user's text, without pictures.
  public var user: String { parts.text }
}

/// A model that this program runs itself, as a recipe names it.
public struct LocalModelSettings: Sendable, Hashable {
  /// As the recipe writes it: what people and the tape know it by.
  public var name: String
  /// The folder.
  public var folder: String
  /// How its matrices are kept, `f32` or `bf16`.
  public var precision: String
  /// Whether it is shown pictures, so that answers also depend on how it makes patches of them.
  public var seesMedia: Bool

  public init(name: String, folder: String, precision: String, seesMedia: Bool = false) {
    self.name = name
    self.folder = folder
    self.precision = precision
    self.seesMedia = seesMedia
  }
}

extension LocalModelSettings {
  /// - Parameter settings: the entry of a judge or a generator.
  init(_ settings: Record) throws {
    let precision = try settings.string("frozen_weights")
    let seesMedia = try settings.template("prompt").showsMedia
    switch try settings.path("model") {
    case .file(let written, let resolved):
      self.init(name: written, folder: resolved, precision: precision, seesMedia: seesMedia)
    case .word(let word):
      self.init(name: word, folder: word, precision: precision, seesMedia: seesMedia)
    }
  }

  /// What the tape remembers its digest by. A resolved recipe names the folder from where it lies, so both names lead
  /// to it.
  public var names: [String] { [name, folder].map { seesMedia ? "\($0) with frames" : $0 } }

  /// What answers of the model are known by on the tape: whichever folder it is in, but not in
  /// whichever precision.
  func identity(digest: String) -> String { precision == "f32" ? digest : "\(digest) \(precision)" }
}
