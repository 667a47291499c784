import RecipeLanguage

/// The settings of a policy stage that can change nothing beside its other settings.
enum IdleLossSettings {
  static func all(_ stage: Record) -> [IdleSetting] {
    let name = stage.optionalString("loss").flatMap(Surrogate.Name.init) ?? .clip
    return foreign(stage, name) + (isOffPolicy(stage) ? [] : onPolicy(stage, name)) + penalty(stage)
  }

  /// Whether an update can be made of a batch that other weights wrote.
  static func isOffPolicy(_ stage: Record) -> Bool {
    (stage.optionalInteger("passes_per_batch") ?? 1) > 1
      || (stage.optionalInteger("minibatches") ?? 1) > 1
  }

  /// Settings of losses that are not the stage's.
  private static func foreign(_ stage: Record, _ name: Surrogate.Name) -> [IdleSetting] {
    var idle: [IdleSetting] = []
    if let clip = stage.optionalRecord("clip") {
      let unread =
        switch name {
        case .clip: [String]()
        case .cispo: ["low", "delta"]
        case .sapo: ["low", "high", "delta"]
        }
      idle += unread.filter { changes(clip, $0) }.map {
        IdleSetting(record: clip, key: $0, reason: "`loss: \(name.rawValue)` does not read it")
      }
    }
    if name != .sapo, stage.has("sapo") {
      idle.append(
        IdleSetting(
          record: stage, key: "sapo", reason: "`loss: \(name.rawValue)` has no temperatures"))
    }
    return idle
  }

  /// Whether a key of `clip` that is written differs from the default.
  private static func changes(_ clip: Record, _ key: String) -> Bool {
    guard let bound = clip.optionalNumber(key) else { return false }
    return key == "delta" || bound != 0.2
  }

  /// One update is made of each batch, with the weights that wrote it: the ratio is 1, and there all
  /// losses have the same gradient, whatever their range and temperatures.
  private static func onPolicy(_ stage: Record, _ name: Surrogate.Name) -> [IdleSetting] {
    let reason =
      "each batch is used for one update, by the weights that wrote it, so the ratio is always 1"
    var idle: [IdleSetting] = []
    if let clip = stage.optionalRecord("clip") {
      let read =
        switch name {
        case .clip: ["low", "high", "delta"]
        case .cispo: ["high"]
        case .sapo: [String]()
        }
      idle += read.filter { changes(clip, $0) && admitsOne(clip, $0) }.map {
        IdleSetting(record: clip, key: $0, reason: reason)
      }
    }
    if name != .clip {
      idle.append(
        IdleSetting(
          record: stage, key: "loss", reason: reason + ", where all losses have one gradient"))
    }
    if name == .sapo {
      idle.append(IdleSetting(record: stage, key: "sapo", reason: reason))
    }
    if stage.optionalString("ratio") != "token", !usesCorrection(stage) {
      idle.append(IdleSetting(record: stage, key: "ratio", reason: reason))
    }
    return idle
  }

  /// Whether a ratio of 1 lies inside the bound. An empty range, or a second bound below 1, takes the
  /// gradient of some tokens even there.
  private static func admitsOne(_ clip: Record, _ key: String) -> Bool {
    guard let bound = clip.optionalNumber(key) else { return true }
    return key == "delta" ? bound >= 1 : bound > 0
  }

  private static func hasPenalty(_ stage: Record) -> Bool {
    stage.optionalRecord("kl")?.optionalSchedule("coefficient")?.onlyValue != 0
  }

  /// Whether the KL penalty reads the ratio, whose gradient depends on its level even at 1.
  private static func usesCorrection(_ stage: Record) -> Bool {
    hasPenalty(stage) && stage.optionalRecord("kl")?.optionalBoolean("corrected") == true
  }

  private static func penalty(_ stage: Record) -> [IdleSetting] {
    guard let kl = stage.optionalRecord("kl") else { return [] }
    let isCorrected = kl.optionalBoolean("corrected") ?? false
    guard hasPenalty(stage) else {
      var changed: [String] = []
      if kl.optionalString("estimator") != "k3" { changed.append("estimator") }
      if isCorrected { changed.append("corrected") }
      if kl.optionalString("averaging") != "sequence" { changed.append("averaging") }
      return changed.map {
        IdleSetting(record: kl, key: $0, reason: "the KL coefficient is 0 throughout")
      }
    }
    guard kl.optionalString("estimator") == "k1", !isCorrected else { return [] }
    return [
      IdleSetting(
        record: kl, key: "estimator",
        reason: "the gradient of k1 is 0 on average, unless the penalty is `corrected: true`",
        help: "add `corrected: true`, or take another estimator")
    ]
  }
}
