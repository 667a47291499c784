/// The name and shape of one weight tensor in a checkpoint.
public struct ParameterShape: Sendable, Hashable {
  public let name: String
  public let shape: [Int]

  public init(_ name: String, _ shape: [Int]) {
    self.name = name
    self.shape = shape
  }
}

extension QwenConfiguration {
  /// Every tensor that a checkpoint of this configuration holds, by its published name, in a fixed
  /// order. Weights of linear maps are `[outputs, inputs]`. A tied output projection has none.
  public var parameterShapes: [ParameterShape] {
    var shapes = [
      ParameterShape("model.embed_tokens.weight", [text.vocabularySize, text.hiddenSize])
    ]
    for layer in 0..<text.layers {
      shapes += text.layerShapes(prefix: "model.layers.\(layer).")
    }
    shapes.append(ParameterShape("model.norm.weight", [text.hiddenSize]))
    if !text.tiedEmbeddings {
      shapes.append(ParameterShape("lm_head.weight", [text.vocabularySize, text.hiddenSize]))
    }
    return shapes + (vision?.shapes ?? [])
  }
}

extension TextConfiguration {
  fileprivate func layerShapes(prefix: String) -> [ParameterShape] {
    [
      ParameterShape(prefix + "input_layernorm.weight", [hiddenSize]),
      ParameterShape(prefix + "self_attn.q_proj.weight", [hiddenSize, hiddenSize]),
      ParameterShape(prefix + "self_attn.q_proj.bias", [hiddenSize]),
      ParameterShape(prefix + "self_attn.k_proj.weight", [keyValueSize, hiddenSize]),
      ParameterShape(prefix + "self_attn.k_proj.bias", [keyValueSize]),
      ParameterShape(prefix + "self_attn.v_proj.weight", [keyValueSize, hiddenSize]),
      ParameterShape(prefix + "self_attn.v_proj.bias", [keyValueSize]),
      ParameterShape(prefix + "self_attn.o_proj.weight", [hiddenSize, hiddenSize]),
      ParameterShape(prefix + "post_attention_layernorm.weight", [hiddenSize]),
      ParameterShape(prefix + "mlp.gate_proj.weight", [intermediateSize, hiddenSize]),
      ParameterShape(prefix + "mlp.up_proj.weight", [intermediateSize, hiddenSize]),
      ParameterShape(prefix + "mlp.down_proj.weight", [hiddenSize, intermediateSize]),
    ]
  }
}

extension VisionConfiguration {
  fileprivate var shapes: [ParameterShape] {
    var shapes = [
      ParameterShape(
        "visual.patch_embed.proj.weight",
        [hiddenSize, inChannels, temporalPatchSize, patchSize, patchSize])
    ]
    for block in 0..<depth { shapes += blockShapes(prefix: "visual.blocks.\(block).") }
    return shapes + [
      ParameterShape("visual.merger.ln_q.weight", [hiddenSize]),
      ParameterShape("visual.merger.mlp.0.weight", [mergerSize, mergerSize]),
      ParameterShape("visual.merger.mlp.0.bias", [mergerSize]),
      ParameterShape("visual.merger.mlp.2.weight", [outHiddenSize, mergerSize]),
      ParameterShape("visual.merger.mlp.2.bias", [outHiddenSize]),
    ]
  }

  private func blockShapes(prefix: String) -> [ParameterShape] {
    [
      ParameterShape(prefix + "norm1.weight", [hiddenSize]),
      ParameterShape(prefix + "attn.qkv.weight", [3 * hiddenSize, hiddenSize]),
      ParameterShape(prefix + "attn.qkv.bias", [3 * hiddenSize]),
      ParameterShape(prefix + "attn.proj.weight", [hiddenSize, hiddenSize]),
      ParameterShape(prefix + "attn.proj.bias", [hiddenSize]),
      ParameterShape(prefix + "norm2.weight", [hiddenSize]),
      ParameterShape(prefix + "mlp.gate_proj.weight", [intermediateSize, hiddenSize]),
      ParameterShape(prefix + "mlp.gate_proj.bias", [intermediateSize]),
      ParameterShape(prefix + "mlp.up_proj.weight", [intermediateSize, hiddenSize]),
      ParameterShape(prefix + "mlp.up_proj.bias", [intermediateSize]),
      ParameterShape(prefix + "mlp.down_proj.weight", [hiddenSize, intermediateSize]),
      ParameterShape(prefix + "mlp.down_proj.bias", [hiddenSize]),
    ]
  }
}
