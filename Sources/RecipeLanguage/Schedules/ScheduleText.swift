extension Schedule: CustomStringConvertible {
  /// One spelling for equal schedules.
  public var canonicalText: String {
    func tail(_ warmup: SchedulePosition, _ horizon: SchedulePosition?) -> String {
      let rise = warmup.unit == .step ? shortText(warmup.value) : "\(warmup)"
      return rise + (horizon.map { ",\($0)" } ?? "")
    }
    switch self {
    case .constant(let value): return "constant(\(value))"
    case .linear(let from, let to, let warmup, let horizon):
      return "linear(\(from),\(to),\(tail(warmup, horizon)))"
    case .cosine(let peak, let floor, let warmup, let horizon):
      return "cosine(\(peak),\(floor),\(tail(warmup, horizon)))"
    case .piecewise(let points, let between):
      let list = points.map { "\($0.at):\($0.value)" }.joined(separator: ",")
      return "piecewise(\(list),\(between.rawValue))"
    }
  }

  public var description: String { canonicalText }

  /// As it is written out.
  var recipeText: String {
    func tail(_ warmup: SchedulePosition, _ horizon: SchedulePosition?) -> String {
      (warmup.value == 0 ? "" : ", warmup: \(warmup)") + (horizon.map { ", horizon: \($0)" } ?? "")
    }
    switch self {
    case .constant(let value): return RecipeText.number(value)
    case .linear(let from, let to, let warmup, let horizon):
      return "{linear: {from: \(RecipeText.number(from)), to: \(RecipeText.number(to))"
        + "\(tail(warmup, horizon))}}"
    case .cosine(let peak, let floor, let warmup, let horizon):
      return "{cosine: {peak: \(RecipeText.number(peak)), floor: \(RecipeText.number(floor))"
        + "\(tail(warmup, horizon))}}"
    case .piecewise(let points, let between):
      let list = points.map { "{at: \($0.at), value: \(RecipeText.number($0.value))}" }
      return
        "{piecewise: {points: [\(list.joined(separator: ", "))], between: \(between.rawValue)}}"
    }
  }
}
