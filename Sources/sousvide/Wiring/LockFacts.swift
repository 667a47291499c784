import Experiments
import Foundation
import Models
import RecipeLanguage
import TensorEngine
import Trainer
import TrainingGraph

/// Gathers what the results of a recipe depend on.
struct LockFacts {
  let recipe: CheckedRecipe
  let graph: TrainingGraph
  /// SHA-256 over the files of a judge's or a generator's model.
  var digest: (LocalModelSpecification) throws -> String = {
    try ChatModel.contentDigest(
      of: URL(fileURLWithPath: $0.folder), showingFrames: $0.seesMedia)
  }
  /// Told what takes time.
  let announce: @Sendable (String) -> Void

  /// Longer texts are known by their digests.
  private static let longest = 120
  /// More files are known by one digest.
  private static let mostFiles = 1000
  /// What a tokenizer makes of these shows whether it is the same: words, digits, spaces, other scripts, and
  /// what would be a token of the conversation if a text could hold one.
  private static let probes = [
    "The ball moves left, then 12.5 m up.", "  two  spaces\n\nlines\t", "éàß 视频 🎞️",
    "<|im_end|> <answer>A</answer>",
  ]

  /// - Parameter readsMedia: whether videos and pictures are read, which can be many; without, records alone
  ///   stand for data.
  /// - Throws: `ModelError`, `ExperimentError` and the errors of records, each naming the file.
  func gathered(readsMedia: Bool = true) throws -> RecipeLock {
    var lock = RecipeLock()
    lock[.program, "language"] = "\(recipe.root.setting("sousvide")?.value.canonicalText ?? "")"
    lock[.program, "edition"] = recipe.root.optionalString("edition")
    lock[.program, "random numbers"] = "philox4x32-10"
    for setting in recipe.resultSettings {
      lock[.settings, setting.path] = Self.short(setting.text)
    }
    lock[.numerics, "kernels"] = Processor.current.numericsClass
    if graph.run.bfloat16Products == .native {
      lock[.numerics, "bf16 products"] = try Processor.current.requirePairKernels().name
    }
    for node in graph.nodes {
      switch node.operation {
      case .model(let model):
        if case .folder(let folder) = model.source { try add(model: folder, to: &lock) }
      case .tokenizer(let tokenizer): try add(tokenizer, to: &lock)
      case .dataset(let dataset): try add(dataset, readsMedia, to: &lock)
      case .judge(let judge):
        if let model = judge.model { try add(model, of: judge.name, to: &lock) }
      case .generator(let generator):
        if let model = generator.model { try add(model, of: generator.name, to: &lock) }
      default: continue
      }
    }
    return lock
  }

  private static func short(_ text: String) -> String {
    text.count <= longest ? text : "sha256 \(Digest.sha256(text))"
  }

  private func add(model folder: String, to lock: inout RecipeLock) throws {
    let url = URL(fileURLWithPath: folder)
    announce("reading the weights in \(url.relativePath)")
    for name in ["config.json", "generation_config.json"] {
      let file = url.appendingPathComponent(name)
      guard FileManager.default.fileExists(atPath: file.path) else { continue }
      lock[.model, name] = try Digest.sha256(contentsOf: file)
    }
    for (name, digest) in try Safetensors(contentsOf: url).tensorDigests() {
      lock[.model, "tensor \(name)"] = digest
    }
  }

  private func add(_ tokenizer: TokenizerSpecification, to lock: inout RecipeLock) throws {
    guard case .folder(let folder) = tokenizer.source else { return }
    let files = try TokenizerFiles(contentsOf: URL(fileURLWithPath: folder))
    lock[.tokenizer, "files"] = files.contentDigest
    let made = try Tokenizer(files)
    func ids(_ text: String) -> String {
      made.encode(text).map(String.init).joined(separator: " ")
    }
    for segment in recipe.segments {
      for (name, tag) in [("open", "<\(segment.name)>"), ("close", "</\(segment.name)>")] {
        let text = segment.optionalString(name) ?? tag
        lock[.tokenizer, "tag \(text)"] = ids(text)
      }
    }
    for probe in Self.probes { lock[.tokenizer, "probe \(probe)"] = ids(probe) }
    let messages = [
      ChatMessage(.system, "Answer."), ChatMessage(.user, "What moves?"),
    ]
    lock[.tokenizer, "template"] = try ChatTemplate.encode(
      messages, addGenerationPrompt: true, with: made
    ).map(String.init).joined(separator: " ")
  }

  private func add(
    _ dataset: DatasetSpecification, _ readsMedia: Bool, to lock: inout RecipeLock
  ) throws {
    if let digest = dataset.contentDigest { lock[.data, "\(dataset.name) records"] = digest }
    guard dataset.kind == RecordsDataKind.schema.name else { return }
    let loaded = try RecordsSource(announce: { _ in }, keep: { _, _ in }).load(dataset)
    lock[.data, "\(dataset.name) count"] = String(loaded.records.count)
    lock[.data, "\(dataset.name) order"] = Digest.sha256(
      loaded.records.map { "\($0.problemID)\n\($0.problem)" }.joined(separator: "\n"))
    guard readsMedia else { return }
    let media = Dictionary(
      loaded.records.filter(\.hasMedia).map { ($0.path, loaded.file(of: $0)) }
    ) { first, _ in first }
    guard !media.isEmpty else { return }
    announce("data \(dataset.name): reading \(media.count) files of media")
    let digests = try media.sorted { $0.key < $1.key }.map { path, file in
      (path, try Digest.sha256(contentsOf: file))
    }
    guard digests.count <= Self.mostFiles else {
      lock[.data, "\(dataset.name) media"] = Digest.sha256(
        digests.map { "\($0.0) \($0.1)" }.joined(separator: "\n"))
      return
    }
    for (path, digest) in digests { lock[.data, "\(dataset.name) media \(path)"] = digest }
  }

  private func add(
    _ model: LocalModelSpecification, of name: String, to lock: inout RecipeLock
  ) throws {
    lock[.judges, "\(name) model"] = try digest(model)
  }
}

extension RecipeLock.Change {
  /// The path of the setting that a fact is about.
  var path: String {
    let first = String(name.prefix { $0 != " " })
    return switch section {
    case .program: first == "edition" ? "edition" : "sousvide"
    case .settings: name
    case .numerics: "run"
    case .model: "model"
    case .tokenizer: "model.tokenizer"
    case .data: "data.\(first)"
    case .judges: "judges.\(first)"
    }
  }
}
