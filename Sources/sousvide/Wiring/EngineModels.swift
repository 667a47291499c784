import Foundation
import Judges
import Models
import Synchronization
import TensorEngine
import Trainer

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
  private let runs: String
  private let isOffline: Bool
  private let state = Mutex(State())

  /// - Parameters:
  ///   - runs: the folder with the tape.
  ///   - isOffline: whether the tape stands in for folders that are not there.
  init(_ settings: ExecutionSettings, runs: String, isOffline: Bool) {
    self.settings = settings
    self.runs = runs
    self.isOffline = isOffline
  }

  func digest(of model: LocalModelSettings) throws -> String {
    try digest(name: model.name, folder: model.folder)
  }

  /// SHA-256 over a model's files; offline, of those that were there when it was last asked, where the
  /// folder is gone.
  ///
  /// - Parameter name: as the recipe names the folder.
  /// - Throws: `ModelError` that names the file that cannot be read.
  func digest(name: String, folder: String) throws -> String {
    if let known = state.withLock({ $0.digests[folder] }) { return known }
    let digest =
      try remembered(name, folder) ?? ChatModel.contentDigest(of: URL(fileURLWithPath: folder))
    state.withLock { $0.digests[folder] = digest }
    return digest
  }

  private func remembered(_ name: String, _ folder: String) throws -> String? {
    guard isOffline, !FileManager.default.fileExists(atPath: folder) else { return nil }
    let tape = try JudgeTape(at: RecipeJudges.tape(in: runs), isReplay: true)
    return try tape.digest(ofModel: name) ?? tape.digest(ofModel: folder)
  }

  func model(_ model: LocalModelSettings) throws -> any LocalModel {
    try state.withLock { state in
      // Judges that name a folder differently have the same model.
      var key = model
      key.name = ""
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
      to: questions.map { ChatModel.Question(system: $0.system, user: $0.user, stream: $0.key) },
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
