import Foundation
import Models
import Rewards
import TensorEngine
import TestSupport
import Testing

@testable import Trainer

/// The losses of TRL's GRPO trainer that this trainer has, against its own numbers
/// (`grpo_cases.json`, `grpo_loss.safetensors`).
@Suite struct PolicyLossTests {
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var key: String
    var lossType: String
    var beta: Double
    var ratioLevel: String
    var epsilonLow: Double
    var epsilonHigh: Double
    var delta: Double?
    var correctsBias: Bool
    var loss: Double

    enum CodingKeys: String, CodingKey {
      case key, beta, delta, loss
      case lossType = "loss_type"
      case ratioLevel = "importance_sampling_level"
      case epsilonLow = "epsilon_low"
      case epsilonHigh = "epsilon_high"
      case correctsBias = "use_bias_correction_kl"
    }

    var testDescription: String { key }

    /// Token-level ratio, two-sided clip, KL term not multiplied by the ratio.
    var isOurs: Bool {
      averaging != nil && ratioLevel == "token" && delta == nil
        && (beta == 0 || !correctsBias)
    }

    var averaging: Averaging? {
      switch lossType {
      case "grpo": .sequence
      case "bnpo", "dapo": .token
      case "dr_grpo": .constant
      default: nil
      }
    }
  }

  struct Document: Decodable {
    var cases: [Case]
  }

  static func cases() throws -> [Case] {
    let data = try Fixtures.data("grpo_cases.json")
    return try JSONDecoder().decode(Document.self, from: data).cases.filter(\.isOurs)
  }

  @Test func theFixtureHasTheCasesOfThisTrainer() throws {
    #expect(try Self.cases().count == 8)
  }

  @Test func lossesAndTheirDerivativesEqualTRLs() throws {
    let file = try Safetensors(contentsOf: Fixtures.url("grpo_loss.safetensors"))
    let mask = try file.integers("completion_mask")
    let rows = mask.indices.filter { mask[$0] == 1 }
    let width = 18
    let perSequence = try file.floats("advantages")
    let lengths = (0..<4).map { sequence in rows.count { $0 / width == sequence } }
    let sequences = lengths.map { [String?](repeating: "response", count: $0) }
    func kept(_ name: String) throws -> [Float] {
      let all = try file.floats(name)
      return rows.map { all[$0] }
    }
    func tensor(_ values: [Float]) -> HostTensor { HostTensor(values, shape: [values.count]) }

    for testCase in try Self.cases() {
      let averaging = try #require(testCase.averaging)
      let weights = try averaging.weights(sequences, maximumLength: 24).flatMap { $0 }
      let g = GraphBuilder()
      let logProbability = try g.parameter("logp", [rows.count])
      let policy = try PolicyLoss(
        g, logProbability: g.reshape(logProbability, ["targets"]),
        epsilonLow: testCase.epsilonLow, epsilonHigh: testCase.epsilonHigh,
        usesReference: testCase.beta > 0)
      try g.output("loss", policy.loss)
      try g.output(
        "gradient.logp", g.gradients(of: policy.loss, withRespectTo: [logProbability])[0])

      let device = ReferenceDevice()
      let parameters = ParameterStore(device: device)
      try parameters.set("logp", tensor(kept("per_token_logps")))
      let inputs = [
        PolicyLoss.Input.advantages: tensor(rows.map { perSequence[$0 / width] }),
        PolicyLoss.Input.old: tensor(try kept("old_per_token_logps")),
        PolicyLoss.Input.reference: tensor(try kept("ref_per_token_logps")),
        PolicyLoss.Input.weights: tensor(weights.map { Float($0) }),
        PolicyLoss.Input.klWeights: tensor(weights.map { Float($0 * testCase.beta) }),
      ]
      let results = try Executable(g.finish(), on: device).run(inputs, parameters: parameters)
      #expect(abs(Double(try results.scalar("loss")) - testCase.loss) < 1e-6, "\(testCase.key)")
      let gradient = try results.host("gradient.logp").floats
      let expected = try kept("dlogp.\(testCase.key)")
      for (ours, theirs) in zip(gradient, expected) {
        #expect(abs(ours - theirs) < 1e-6, "\(testCase.key)")
      }
    }
  }
}
