import Foundation
import TensorEngine
import TestSupport

@testable import Models

/// The fixtures' models with adapters whose parts are not zero.
enum AdaptedModels {
  static let settings = AdapterSettings(
    rank: 4, alpha: 6, targets: ["q_proj", "v_proj", "down_proj"].map(LayerPattern.init))

  static func base(
    _ name: String, device: any Device, rule: PositionRule = .published
  ) throws -> PolicyModel {
    try PolicyModel.load(from: Fixtures.url(name), device: device, rule: rule)
  }

  /// An adapter as after long training: B is as large as A.
  static func trained(
    _ name: String, settings: AdapterSettings = settings, device: any Device,
    rule: PositionRule = .published
  ) throws -> PolicyModel {
    let model = try base(name, device: device, rule: rule).adapted(settings, seed: 5)
    for parameter in model.trainedParameters where parameter.role == .adapterUp {
      var random = Philox(seed: 6, stream: parameter.name)
      let values = (0..<parameter.count).map { _ in Float(0.1 * random.normal()) }
      try model.parameters.set(parameter.name, HostTensor(values, shape: parameter.shape))
    }
    return model
  }

  /// Prompts with responses; with a video where the model has a tower.
  static func batch(_ model: PolicyModel) throws -> PackedBatch {
    let text: (prompt: Prompt, responses: [[Int]]) = (
      Prompt(tokens: [5, 9, 17, 3]), [[7, 8, 20], [4, 1]]
    )
    guard model.configuration.vision != nil else {
      return try PackedBatch([text], configuration: model.configuration, rule: model.rule)
    }
    let reference = try ReferenceVideoBatch("vl_one", configuration: model.configuration)
    return try PackedBatch(
      reference.groups + [text], configuration: model.configuration, rule: model.rule)
  }
}
