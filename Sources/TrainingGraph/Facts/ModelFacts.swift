import Foundation
import Models
import RecipeLanguage
import Rewards
import Synchronization

/// What the files of a model say: tokenizer, sizes, generation settings, chat template. Nothing is read
/// before it is asked for, and nothing twice.
final class ModelFacts: Sendable {
  private let folder: URL
  /// As the recipe names it.
  private let name: String
  private let loaded = Mutex<Result<Tokenizer, Missing>?>(nil)

  /// Why something is not known; completes "skipped, because …".
  struct Missing: Error {
    var reason: String

    init(_ reason: String) { self.reason = reason }
  }

  init(folder: String, name: String) {
    self.folder = URL(fileURLWithPath: folder, isDirectory: true)
    self.name = name
  }

  func tokenizer() -> Result<Tokenizer, Missing> {
    loaded.withLock { known in
      if let known { return known }
      let result = loadTokenizer()
      known = result
      return result
    }
  }

  func contextLength() -> Fact<Int> {
    switch configuration() {
    case .success(let configuration): return .known(configuration.text.maximumPositions)
    case .failure(let missing): return .unknown(missing.reason)
    }
  }

  func configuration() -> Result<QwenConfiguration, Missing> {
    guard exists("config.json") else { return .failure(Missing(missing("config.json"))) }
    do {
      return .success(try QwenConfiguration(contentsOf: folder))
    } catch {
      return .failure(Missing("\(name)/config.json cannot be used: \(error)"))
    }
  }

  func generation() -> Fact<GenerationFacts> {
    guard isHere else { return .unknown(missing("generation_config.json")) }
    // A model without the file has no settings of its own.
    guard exists("generation_config.json") else { return .inapplicable }
    guard let settings = json("generation_config.json") else {
      return .unknown("\(name)/generation_config.json cannot be read")
    }
    return .known(
      GenerationFacts(
        temperature: settings["temperature"]?.doubleValue, topP: settings["top_p"]?.doubleValue,
        topK: settings["top_k"]?.doubleValue.flatMap { Int(exactly: $0) },
        repetitionPenalty: settings["repetition_penalty"]?.doubleValue))
  }

  /// What the model's own chat template puts at the beginning of a response.
  func responsePrefix() -> Fact<String> {
    guard isHere else { return .unknown(missing("tokenizer_config.json")) }
    let template =
      (try? String(
        contentsOf: folder.appendingPathComponent("chat_template.jinja"), encoding: .utf8))
      ?? json("chat_template.json")?["chat_template"]?.stringValue
      ?? json("tokenizer_config.json")?["chat_template"]?.stringValue
    return .known(template.map(GenerationPrompt.responsePrefix) ?? "")
  }

  private func loadTokenizer() -> Result<Tokenizer, Missing> {
    guard exists("tokenizer.json") else { return .failure(Missing(missing("tokenizer.json"))) }
    do {
      return .success(try Tokenizer(contentsOf: folder.appendingPathComponent("tokenizer.json")))
    } catch {
      return .failure(Missing("\(name)/tokenizer.json cannot be used: \(error)"))
    }
  }

  private var isHere: Bool { FileManager.default.fileExists(atPath: folder.path) }

  private func exists(_ file: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent(file).path)
  }

  /// One reason for everything that a missing folder hides.
  private func missing(_ file: String) -> String {
    isHere ? "\(name) has no \(file)" : "the model folder \(name) is not here"
  }

  private func json(_ file: String) -> JSONValue? {
    guard let data = try? Data(contentsOf: folder.appendingPathComponent(file)) else { return nil }
    return try? JSONText.parse(Array(data))
  }
}
