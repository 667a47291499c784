extension DiagnosticCode {
  static let settingWithoutEffect = DiagnosticCode(
    5902, "setting-without-effect", "A setting that can change nothing in this recipe.",
    Explanation(
      why: """
        A setting that does nothing is read by people as if it did something: it is tuned, reported \
        and copied. Only settings that are written in the recipe itself and differ from the default \
        are reported; what is inherited may matter to the recipe it comes from.
        """,
      example: .sections(
        """
        normalization:
          perception: {over: group, center: mean, scale: none, epsilon: 1.0e-6}
        """),
      nearMiss: .sections(
        """
        normalization:
          perception: {over: group, center: mean, scale: std, epsilon: 1.0e-6}
        """)))
}

extension RecipeCheck {
  static let settingWithoutEffect = RecipeCheck(
    .settingWithoutEffect,
    reads: ["data", "judges", "generators", "model", "normalization", "run", "segments", "stages"]
  ) { input in
    (IdleSetting.all(input)).filter { $0.isWritten(in: input.files.first?.path) }.map { idle in
      Diagnostic(
        .settingWithoutEffect, severity: .warning, "`\(idle.key)` has no effect: \(idle.reason)",
        at: idle.span, help: idle.help, path: "\(idle.record.path).\(idle.key)")
    }
  }
}

/// A setting with the reason why it changes nothing.
public struct IdleSetting: Sendable {
  let record: Record
  let key: String
  let reason: String
  let help: String

  public init(record: Record, key: String, reason: String, help: String = "remove it") {
    self.record = record
    self.key = key
    self.reason = reason
    self.help = help
  }

  var span: SourceSpan { record.setting(key)?.keySpan ?? record.span }

  func isWritten(in path: String?) -> Bool {
    guard let setting = record.setting(key), setting.origin == .written else { return false }
    return setting.keySpan.path == path
  }

  static func all(_ input: CheckInput) -> [IdleSetting] {
    scopes(input).flatMap(idle) + unusedScopes(input) + kinds(input) + model(input)
      + products(input) + video(input) + retrieval(input)
  }

  /// Normalization scopes of processes, and those that a stage has of its own.
  private static func scopes(_ input: CheckInput) -> [Record] {
    input.outline.normalization
      + input.outline.stages.compactMap { $0.record.optionalRecord("normalization") }
  }

  private static func idle(_ scope: Record) -> [IdleSetting] {
    func idle(_ keys: [String], _ reason: String) -> [IdleSetting] {
      keys.filter(scope.has).map { IdleSetting(record: scope, key: $0, reason: reason) }
    }
    var settings: [IdleSetting] = []
    if scope.optionalString("scale") == "none" {
      let keys = ["std", "epsilon", "scale_over"].filter { key in
        switch key {
        case "std": scope.optionalString(key) != "sample"
        case "epsilon": scope.optionalNumber(key) != 1e-4
        default: true
        }
      }
      settings += idle(keys, "`scale: none` divides by nothing")
    }
    let isSummedFirst = scope.optionalString("aggregate") != "normalize_then_sum"
    if isSummedFirst, scope.optionalBoolean("whiten") == false {
      settings += idle(["whiten"], "only sums of `aggregate: normalize_then_sum` are whitened")
    }
    let isRunning = ["over", "scale_over"].contains { scope.optionalString($0) == "running" }
    if !isRunning, let decay = scope.optionalNumber("decay"), decay != 0.99 {
      settings += idle(["decay"], "nothing is remembered without `running`")
    }
    return settings
  }

  /// Scopes of processes where no stage tells processes apart.
  private static func unusedScopes(_ input: CheckInput) -> [IdleSetting] {
    let stages = input.outline.stages
    guard !stages.isEmpty, !stages.contains(where: { $0.is(.processAware) }),
      input.outline.normalization.contains(where: { input.isWritten($0) })
    else { return [] }
    let policy = stages.first { $0.is(.policy) }
    let reason =
      policy.map { "`\($0.algorithm.name)` normalizes whole responses, not processes" }
      ?? "no stage learns from rewards"
    return [IdleSetting(record: input.root, key: "normalization", reason: reason)]
  }

  /// What the kinds themselves know.
  private static func kinds(_ input: CheckInput) -> [IdleSetting] {
    input.kinds.flatMap { kind, record in kind.idle?(record) ?? [] }
  }

  /// How media are looked at, where there are none.
  private static func video(_ input: CheckInput) -> [IdleSetting] {
    let data = input.outline.data
    let seen = data.filter(input.hasMedia).map(\.name)
    guard !data.isEmpty else { return [] }
    let blind = (input.outline.stages.map(\.record) + input.outline.evaluations).filter { user in
      guard let name = user.optionalString("data"), data.contains(where: { $0.name == name }) else {
        return false
      }
      return !seen.contains(name)
    }
    let texts = ((seen.isEmpty ? [input.root] : []) + blind).filter { $0.has("video") }.map {
      IdleSetting(record: $0, key: "video", reason: "its data are text alone")
    }
    let unseen = input.outline.stages.filter {
      $0.is(.pipeline) && $0.record.has("video") && !input.seesMedia($0)
    }.map {
      IdleSetting(
        record: $0.record, key: "video",
        reason: "none of its generators and judges sees `\(Template.media)`")
    }
    return texts
      + unseen.filter { unseen in !texts.contains { $0.record.path == unseen.record.path } }
  }

  /// Passages that nobody is shown.
  private static func retrieval(_ input: CheckInput) -> [IdleSetting] {
    let isRead =
      input.showsPassages
      || input.readers.contains { reader in
        reader.optionalStrings("sees")?.contains("item.passages") == true
          || reader.optionalTemplate("prompt")?.shows("item.passages") == true
      }
    guard input.root.has("retrieval"), !isRead else { return [] }
    return [
      IdleSetting(
        record: input.root, key: "retrieval", reason: "no prompt shows `{item.passages}`",
        help: "show them in `model.prompt.user`, or remove it")
    ]
  }

  private static func model(_ input: CheckInput) -> [IdleSetting] {
    guard let model = input.root.optionalRecord("model") else { return [] }
    var idle: [IdleSetting] = []
    if case .file(let written, _)? = model.optionalPath("from") {
      idle += ["text", "vision", "tokenizer"].filter(model.has).map {
        IdleSetting(record: model, key: $0, reason: "the model comes from `\(written)`")
      }
    }
    if model.optionalString("frozen_weights") == "bf16", !hasFrozenWeights(input) {
      idle.append(
        IdleSetting(
          record: model, key: "frozen_weights",
          reason: "no stage trains an adapter or is held to a reference policy: none are frozen"))
    }
    if let prompt = model.optionalRecord("prompt"), let user = prompt.optionalTemplate("user"),
      !user.holes.contains(where: { $0.source == "item.options" })
    {
      idle.append(
        IdleSetting(
          record: prompt, key: "options_separator", reason: "the prompt shows no `{item.options}`"))
    }
    return idle
  }
}

extension IdleSetting {
  /// Products with weights that there are none of.
  private static func products(_ input: CheckInput) -> [IdleSetting] {
    guard let run = input.root.optionalRecord("run"),
      run.optionalString("bf16_products") == "native"
    else { return [] }
    let isRounded =
      input.root.optionalRecord("model")?.optionalString("frozen_weights") == "bf16"
    guard !isRounded || !hasFrozenWeights(input) else { return [] }
    return [
      IdleSetting(
        record: run, key: "bf16_products",
        reason: isRounded ? "no weights are frozen" : "no weights are kept in bf16",
        help: isRounded ? "remove it" : "write `frozen_weights: bf16` in `model`, or remove it")
    ]
  }

  private static func hasFrozenWeights(_ input: CheckInput) -> Bool {
    input.outline.stages.contains { hasFrozenWeights($0.record) }
  }

  /// Whether a stage keeps weights as they are: below an adapter, or as its reference policy.
  private static func hasFrozenWeights(_ stage: Record) -> Bool {
    if stage.has("adapter") { return true }
    guard let kl = stage.optionalRecord("kl"), kl.has("reference") else { return false }
    return kl.optionalSchedule("coefficient")?.onlyValue != 0
  }
}

extension CheckInput {
  /// Judges and generators.
  fileprivate var readers: [Record] {
    ["judges", "generators"].flatMap { root.optionalRecord($0)?.records ?? [] }
  }

  /// Whether any setting of the record is written in the recipe itself.
  fileprivate func isWritten(_ record: Record) -> Bool {
    record.keys.contains { record.setting($0)?.origin == .written }
  }
}
