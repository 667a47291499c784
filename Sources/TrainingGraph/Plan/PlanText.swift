import Foundation
import RecipeLanguage
import Rewards

extension TrainingGraph {
  /// The graph as text: one line per node with what it does, what it reads, what it costs at
  /// most, its digest and where the recipe declares it; then every number that changes, drawn.
  public func planText() -> String {
    let digests = digests()
    let costs = costs()
    let rows = nodes.map { node in
      [
        node.id.path, node.operation.summary,
        node.inputs.isEmpty ? "" : "<- " + node.inputs.map(\.path).joined(separator: ", "),
        costs[node.id].map(\.text) ?? "", String((digests[node.id] ?? "").prefix(12)),
        node.span.map { "line \($0.start.line)" } ?? "",
      ]
    }
    var lines = ["\(run.title)", "graph \(digest.prefix(12)), seed \(run.seed)", ""]
    if let parameterCount {
      lines.insert("\(grouped(parameterCount)) parameters", at: 2)
    }
    for row in rows {
      let head = row[0].padded(28) + row[1]
      lines.append(head)
      let details = row[2...].filter { !$0.isEmpty }.joined(separator: "   ")
      lines.append("    " + details)
    }
    return (lines + schedulePlots).joined(separator: "\n") + "\n"
  }
}

extension TrainingOperation {
  /// One line for a reader.
  public var summary: String {
    switch self {
    case .dataset(let dataset):
      "\(dataset.kind) data, \(dataset.video?.summary ?? "text alone")"
        + (dataset.retrieval.map { ", \($0.passages) passages retrieved by \($0.query)" } ?? "")
    case .tokenizer(let tokenizer):
      switch tokenizer.source {
      case .folder(let folder): "tokenizer of \(folder)"
      case .trained(let size): "byte-level BPE, \(size) tokens, trained here"
      }
    case .model(let model):
      switch model.source {
      case .folder(let folder): "weights of \(folder)"
      case .scratch(let text, _, _), .textScratch(let text, _):
        "random weights, \(text.layers) layers of \(text.hiddenSize)"
      }
    case .round(let precision): "frozen, matrices in \(precision.rawValue)"
    case .adapter(let adapter):
      "rank \(adapter.settings.rank), alpha \(adapter.settings.alpha), on "
        + adapter.settings.targets.map(\.description).joined(separator: ", ")
    case .judge(let judge): "\(judge.api) judge, sees \(judge.sees.joined(separator: ", "))"
    case .generator(let generator):
      "\(generator.api) generator" + (generator.seesMedia ? ", sees \(Template.media)" : "")
    case .write(let writing):
      writing.step == nil ? "the responses of the data" : "one response each"
    case .pipeline(let pipeline): "pipeline, \(pipeline)"
    case .view(let video): video.summary
    case .supervise(let stage):
      "sft, \(stage.duration.text) of \(stage.batchSize) records"
        + (stage.microBatch.map { ", at most \($0) tok per pass" } ?? "")
    case .rollout(let rollout):
      if let prompts = rollout.promptsPerStep {
        "\(prompts) prompts x \(rollout.groupSize) responses, temperature \(rollout.temperature.summary), "
          + "at most \(rollout.maximumNewTokens) tok\(rollout.stopSummary)"
      } else {
        "greedy, one response each, at most \(rollout.maximumNewTokens) tok\(rollout.stopSummary)"
      }
    case .segment(let segmentation):
      segmentation.segments.map { "\($0.name) (\($0.process))" }.joined(separator: ", ")
    case .reward(let reward):
      "\(reward.kind)\(reward.isPrimary ? ", primary" : "")"
        + (reward.weight == .constant(1) ? "" : ", weight \(reward.weight.summary)")
    case .gate(let gate): gate.summary
    case .normalize(let scope):
      "\(scope.process ?? "whole response"): \(scope.normalization.summary)"
    case .credit(let credit):
      (credit.rest == nil ? "every token alike" : "each token by its segment's process")
        + (credit.truncation == .mask ? ", cut responses masked" : "")
    case .loss(let loss): loss.summary
    case .update(let update): update.summary
    case .evaluate(let evaluation): evaluation.summary
    case .select(let selection):
      "the checkpoint with the \(selection.maximizes ? "highest" : "lowest") \(selection.text)"
    }
  }
}

extension VideoSpecification {
  fileprivate var summary: String {
    switch sampling {
    case .uniform: "\(frames) frames"
    case .adaptive: "\(frames) adaptive frames"
    case .rate(let framesPerSecond, _):
      "\(Int(exactly: framesPerSecond).map(String.init) ?? "\(framesPerSecond)") fps, at most "
        + "\(frames) frames"
    }
  }
}

extension RolloutSpecification {
  fileprivate var stopSummary: String { stopText.map { ", up to \($0)" } ?? "" }
}

extension EvaluationSpecification {
  fileprivate var summary: String {
    var text = "evaluates \(stage) on \(name)" + (every.map { ", every \($0) steps of it" } ?? "")
    if !observationOnly.isEmpty {
      text += ", and on \(observationOnly.joined(separator: ", ")) in place of the video"
    }
    if let sampled {
      text += ", \(sampled.responses) sampled responses each at temperature \(sampled.temperature)"
    }
    return text
  }
}

extension NodeCost {
  var text: String {
    var parts: [String] = []
    if samples > 0 { parts.append("\(grouped(samples)) samples") }
    if generatedTokens > 0 { parts.append("<= \(grouped(generatedTokens)) tok") }
    if operations > 0 { parts.append("<= \(whole(operations / 1e9)) GFLOP") }
    if judgeCalls > 0 { parts.append("<= \(grouped(judgeCalls)) judge calls") }
    return parts.joined(separator: ", ")
  }
}

extension Normalization {
  var summary: String { "\(scale == .std ? "z-score" : "centred") over \(over.rawValue)" }
}

extension GateSpecification {
  var summary: String {
    let parts = [
      condition.map { "when \($0.text)" }, groupCondition.map { "in groups with \($0.text)" },
    ]
    return "paid " + parts.compactMap { $0 }.joined(separator: ", ")
  }
}

extension LossSpecification {
  var summary: String {
    let ratio = ratio == .token ? "" : " of the \(ratio.rawValue) ratio"
    return "\(surrogate.summary)\(ratio), \(kl.summary), \(averaging.rawValue) averaging"
  }
}

extension Surrogate {
  var summary: String {
    switch self {
    case .clip(let low, let high, let delta):
      "clip \(low)/\(high)" + (delta.map { ", at most \($0)" } ?? "")
    case .cispo(let high): "cispo \(high)"
    case .sapo(let positive, let negative): "sapo \(positive)/\(negative)"
    }
  }
}

extension KLPenalty {
  var summary: String {
    guard coefficient.onlyValue != 0 else { return "KL \(coefficient.summary)" }
    let estimator = estimator == .k3 ? "" : " (\(estimator.rawValue))"
    return "KL \(coefficient.summary)\(estimator)\(isCorrected ? ", corrected" : "")"
  }
}

extension UpdateSpecification {
  var summary: String {
    var reuse = passesPerBatch > 1 ? ", \(passesPerBatch) passes per batch" : ""
    if let resampling { reuse += ", keeps groups with \(resampling.keep.text)" }
    if minibatches > 1 { reuse += ", \(minibatches) minibatches" }
    if let microBatch { reuse += ", at most \(microBatch) tok per pass" }
    return "\(algorithm), \(steps) steps\(reuse), rate \(learningRate.summary)"
  }
}

extension Schedule {
  var summary: String {
    switch self {
    case .constant(let value): "\(value)"
    case .linear(let from, let to, _, _): "\(from) to \(to)"
    case .cosine(let peak, let floor, _, _): "cosine \(peak) to \(floor)"
    case .piecewise(let points, _): points.map { "\($0.value)" }.joined(separator: ", ")
    }
  }
}

/// A number that is counted; with three digits where it has more than anybody reads.
private func whole(_ number: Double) -> String {
  number < 1e15 ? String(Int(number.rounded())) : String(format: "%.2e", number)
}

private func grouped(_ number: Double) -> String {
  number < 1e15 ? grouped(Int(number.rounded())) : whole(number)
}

/// 1507328 as `1 507 328`.
private func grouped(_ number: Int) -> String {
  var digits = String(number)
  var parts: [String] = []
  while digits.count > 3 {
    parts.insert(String(digits.suffix(3)), at: 0)
    digits.removeLast(3)
  }
  return ([digits] + parts).joined(separator: " ")
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    count >= width ? self + "  " : self + String(repeating: " ", count: width - count)
  }
}
