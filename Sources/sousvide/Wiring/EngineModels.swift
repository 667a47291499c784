import Foundation
import Judges
import Models
import Synchronization
import TensorEngine
import Trainer
import TrainingGraph
import VideoInput

/// The models that judges and generators of a command are, run by the engine. Each folder is read once.
///
/// They compute on a device of their own, with the kernels of this project whatever the recipe's `matmul`:
/// with others, an answer would depend on what else is asked at the same time.
final class EngineModels: LocalModelLibrary {
  private struct State {
    var digests: [String: String] = [:]
    var models: [LocalModelSettings: EngineModel] = [:]
    var device: CPUDevice?
  }

  private let settings: ExecutionSettings
  private let tape: TapePlace
  private let state = Mutex(State())

  /// - Parameters:
  ///   - tape: stands in for folders that are not there, where nobody is asked.
  init(_ settings: ExecutionSettings, tape: TapePlace) {
    self.settings = settings
    self.tape = tape
  }

  /// SHA-256 over a model's files; offline, of those that were there when it was last asked, where the
  /// folder is gone.
  ///
  /// - Throws: `ModelError` that names the file that cannot be read.
  func digest(of model: LocalModelSettings) throws -> String {
    let key = "\(model.folder) \(model.seesMedia)"
    if let known = state.withLock({ $0.digests[key] }) { return known }
    let digest =
      try remembered(model)
      ?? ChatModel.contentDigest(
        of: URL(fileURLWithPath: model.folder), showingFrames: model.seesMedia)
    state.withLock { $0.digests[key] = digest }
    return digest
  }

  /// The same for a node of a graph.
  func digest(of model: LocalModelSpecification) throws -> String {
    try digest(
      of: LocalModelSettings(
        name: model.name, folder: model.folder, precision: model.precision.rawValue,
        seesMedia: model.seesMedia))
  }

  private func remembered(_ model: LocalModelSettings) throws -> String? {
    guard tape.isOffline, !FileManager.default.fileExists(atPath: model.folder) else { return nil }
    let tape = try tape.open()
    for name in model.names {
      if let digest = try tape.digest(ofModel: name) { return digest }
    }
    return nil
  }

  func model(_ model: LocalModelSettings) throws -> any LocalModel {
    try state.withLock { state in
      // Judges that name a folder differently have the same model, whatever they show it.
      var key = model
      key.name = ""
      key.seesMedia = false
      if let known = state.models[key] { return known }
      let device = try state.device ?? CPUDevice(threads: settings.threads)
      state.device = device
      let made = try EngineModel(
        contentsOf: URL(fileURLWithPath: model.folder), device: device,
        precision: WeightPrecision(rawValue: model.precision) ?? .float32,
        inFlight: settings.rolloutsInFlight)
      state.models[key] = made
      return made
    }
  }
}

/// A model folder behind what judges know of models.
actor EngineModel: LocalModel {
  private let chat: ChatModel
  private let inFlight: Int

  init(
    contentsOf folder: URL, device: any Device, precision: WeightPrecision, inFlight: Int
  ) throws {
    chat = try ChatModel(contentsOf: folder, device: device, precision: precision)
    self.inFlight = inFlight
  }

  func answers(
    to questions: [LocalQuestion], sampling: JudgeSampling,
    isCancelled: @escaping @Sendable () -> Bool
  ) async throws -> [Result<ChatReply, JudgeFailure>] {
    let answers = try chat.answers(
      to: questions.map {
        ChatModel.Question(
          system: $0.system, user: $0.parts.map(ChatModel.Part.init), stream: $0.key)
      },
      temperature: sampling.temperature, maxNewTokens: sampling.maximumNewTokens,
      seed: UInt64(clamping: sampling.seed ?? 0), inFlight: inFlight, isCancelled: isCancelled)
    return answers.map { answer in
      answer.map { answer in
        ChatReply(
          text: answer.text,
          usage: TokenUsage(input: answer.promptTokens, output: answer.newTokens),
          isTruncated: answer.isTruncated)
      }.mapError { JudgeFailure(.context, "\($0)", isFinal: true) }
    }
  }
}

extension ChatModel.Part {
  fileprivate init(_ part: ChatPart) {
    switch part {
    case .text(let text): self = .text(text)
    case .media(let media):
      self = .frames(
        media.pictures.map { Frame(width: $0.width, height: $0.height, rgb: $0.rgb) },
        secondsPerFrame: media.secondsPerPicture)
    }
  }
}
