import Foundation
import Models
import TensorEngine

/// A model folder whose answers are known: every token decides alone which may come next, all of those
/// equally likely. Its layers add nothing to the residual stream; embedding and head are the table.
struct ChainModel {
  /// What may follow a token. An answer begins after a line break.
  var next: [String: [String]]
  var maximumPositions = 512

  static let end = "<|im_end|>"

  /// Says Yes or No, each as often.
  static let judge = ChainModel(
    next: [
      "\n": ["<judgement>"], "<judgement>": ["Yes", "No"], "Yes": ["</judgement>"],
      "No": ["</judgement>"], "</judgement>": [end],
    ])

  /// Writes the answer 4.
  static let writer = ChainModel(
    next: ["\n": ["<answer>"], "<answer>": ["4"], "4": ["</answer>"], "</answer>": [end]])

  /// Says Yes and nothing else.
  static let talker = ChainModel(next: ["\n": ["Yes"], "Yes": [end]])

  func write(to folder: URL) throws {
    let tokens = next.keys.sorted()
    let words = Set(tokens + next.values.flatMap { $0 }).filter { $0.count > 1 && $0 != Self.end }
    let files = try TokenizerTrainer(vocabularySize: 320, words: words.sorted()).train(on: ["a"])
    let tokenizer = try Tokenizer(files)
    let size = tokenizer.vocabularySize
    let width = 32
    let configuration = try QwenConfiguration(
      text: TextConfiguration(
        hiddenSize: width, layers: 1, heads: 2, keyValueHeads: 1, intermediateSize: 16,
        vocabularySize: size, tiedEmbeddings: false, maximumPositions: maximumPositions),
      vision: nil, tokens: SpecialTokens(endOfText: tokenizer.id(of: Self.end)))
    let model = try PolicyModel.initialize(
      configuration: configuration, seed: 0, device: CPUDevice(threads: 1))

    func id(_ token: String) -> Int { tokenizer.id(of: token) ?? tokenizer.encode(token)[0] }
    var embedding = [Float](repeating: 0, count: size * width)
    var head = embedding
    for (place, token) in tokens.enumerated() {
      embedding[id(token) * width + place] = 1
      for follower in next[token] ?? [] { head[id(follower) * width + place] = 8 }
    }
    for parameter in QwenParameters.all(configuration) {
      let values =
        switch parameter.name {
        case QwenParameters.embedding: embedding
        case "lm_head.weight": head
        default:
          [Float](repeating: parameter.role == .norm ? 1 : 0, count: parameter.count)
        }
      try model.parameters.set(parameter.name, HostTensor(values, shape: parameter.shape))
    }
    try model.save(to: folder, tokenizer: files)
  }
}
