import Foundation
import Models
import RecipeLanguage
import Rewards
import TensorEngine
import TestSupport
import Testing
import TrainingGraph

@testable import Trainer

/// A case of `grpo_cases.json`: one setting of TRL's GRPO trainer with the loss and metrics it gave.
struct LossCase: Decodable, Sendable, CustomTestStringConvertible {
  var key: String
  var lossType: String
  var beta: Double
  var ratioLevel: String
  var epsilonLow: Double
  var epsilonHigh: Double
  var delta: Double?
  var correctsBias: Bool
  var loss: Double
  var metrics: [String: Double]

  enum CodingKeys: String, CodingKey {
    case key, beta, delta, loss
    case lossType = "loss_type"
    case ratioLevel = "importance_sampling_level"
    case epsilonLow = "epsilon_low"
    case epsilonHigh = "epsilon_high"
    case correctsBias = "use_bias_correction_kl"
    case metrics = "trl_metrics"
  }

  private struct Document: Decodable {
    var cases: [LossCase]
  }

  static let all: [LossCase] =
    (try? JSONDecoder().decode(Document.self, from: Fixtures.data("grpo_cases.json")))?.cases ?? []

  var testDescription: String { key }

  /// TRL's word for the loss, as ours for the averaging.
  var averaging: Averaging {
    switch lossType {
    case "bnpo": .token
    case "dapo", "cispo": .batch
    case "dr_grpo": .constant
    case "luspo": .sum
    default: .sequence
    }
  }

  var surrogate: Surrogate {
    switch lossType {
    // TRL's bound of CISPO is the ratio itself, ours its distance from 1.
    case "cispo": .cispo(high: epsilonHigh - 1)
    case "sapo": .sapo(positive: 1, negative: 1.05)
    default: .clip(low: epsilonLow, high: epsilonHigh, delta: delta)
    }
  }

  var specification: LossSpecification {
    LossSpecification(
      surrogate: surrogate, ratio: ratioLevel == "sequence" ? .sequence : .token,
      averaging: averaging, maximumLength: 24,
      kl: KLPenalty(
        coefficient: .constant(beta), isCorrected: correctsBias, averaging: averaging))
  }

  /// The keys of a stage that say the case, on lines of their own; nil where a recipe refuses it (a
  /// ratio capped below 1).
  var recipe: [String]? {
    var keys = ["ratio: \(ratioLevel)", "averaging: \(averaging.rawValue)"]
    switch surrogate {
    case .clip(let low, let high, let delta):
      let second = delta.map { ", delta: \($0)" } ?? ""
      keys.append("clip: {low: \(low), high: \(high)\(second)}")
    case .cispo(let high):
      guard high >= 0 else { return nil }
      keys += ["loss: cispo", "clip: {high: \(high)}"]
    case .sapo: keys.append("loss: sapo")
    }
    return keys + [
      "kl: {coefficient: \(beta), reference: cold, corrected: \(correctsBias), "
        + "averaging: \(averaging.rawValue)}"
    ]
  }
}

/// The batch that all cases share: 4 responses to 2 prompts.
struct LossBatch {
  static let lengths = [18, 11, 5, 18]
  let groups: [(prompt: Prompt, responses: [[Int]])]
  let advantages: [Double]
  private let file: Safetensors
  private let kept: [Int]

  init() throws {
    let file = try Safetensors(contentsOf: Fixtures.url("grpo_loss.safetensors"))
    self.file = file
    func rows(_ ids: String, _ mask: String) throws -> [[Int]] {
      let (ids, mask) = (try file.integers(ids), try file.integers(mask))
      let width = ids.count / 4
      return (0..<4).map { row in
        (row * width..<(row + 1) * width).filter { mask[$0] == 1 }.map { ids[$0] }
      }
    }
    let prompts = try rows("prompt_ids", "prompt_mask")
    let responses = try rows("completion_ids", "completion_mask")
    groups = [0, 2].map {
      (prompt: Prompt(tokens: prompts[$0]), responses: Array(responses[$0...$0 + 1]))
    }
    let mask = try file.integers("completion_mask")
    self.kept = mask.indices.filter { mask[$0] == 1 }
    advantages = zip(try file.floats("advantages"), Self.lengths).flatMap {
      [Double](repeating: Double($0), count: $1)
    }
  }

  /// A tensor `[4, 18]` of the fixture without its padding.
  func tokens(_ name: String) throws -> [Float] {
    let all = try file.floats(name)
    return kept.map { all[$0] }
  }

  /// A gradient of one of the model's parameters.
  func gradient(_ name: String) throws -> [Float]? {
    file.names.contains(name) ? try file.floats(name) : nil
  }

  var sequences: [[ResponsePart]] {
    Self.lengths.map { [ResponsePart](repeating: .rest, count: $0) }
  }

  /// Inputs of `PolicyLoss`.
  func inputs(_ loss: LossSpecification) throws -> [String: HostTensor] {
    let processes = Self.lengths.map { [String?](repeating: nil, count: $0) }
    func weights(_ averaging: Averaging, _ factor: Double) throws -> HostTensor {
      tensor(
        try averaging.weights(processes, maximumLength: loss.maximumLength)
          .flatMap { $0.map { Float(factor * $0) } })
    }
    let beta = loss.kl.coefficient.onlyValue ?? 0
    let inputs = [
      PolicyLoss.Input.advantages: tensor(advantages.map { Float($0) }),
      PolicyLoss.Input.old: tensor(try tokens("old_per_token_logps")),
      PolicyLoss.Input.reference: tensor(try tokens("ref_per_token_logps")),
      PolicyLoss.Input.weights: try weights(loss.averaging, 1),
      PolicyLoss.Input.klWeights: try weights(loss.kl.averaging, beta),
    ]
    return inputs.merging(RatioParts(loss.ratio, sequences).inputs) { $1 }
  }

  private func tensor(_ values: [Float]) -> HostTensor {
    HostTensor(values, shape: [values.count])
  }
}
