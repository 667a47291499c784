import Foundation

/// One param of a sweep with the values it takes.
struct SweepAxis {
  let name: String
  let record: Record
  /// As they would follow `--param name=`; pairs that are no window are left out.
  let values: [String]
  /// Why there are none, where that is so.
  let problem: String?

  /// The axes of a recipe, as far as they name params.
  static func all(_ root: Record) -> [SweepAxis] {
    let params = root.optionalRecord("params")
    return (root.optionalRecord("sweep")?.optionalRecord("axes")?.records ?? []).compactMap {
      guard let type = params?.optionalRecord($0.name)?.optionalString("type") else { return nil }
      return SweepAxis($0, type: type)
    }
  }

  init(_ record: Record, type: String) {
    name = record.name
    self.record = record
    let forms = [["values"], ["from", "to", "by"], ["log"], ["min", "max"]]
    let written = forms.filter { $0.contains(where: record.has) }
    var found: Result<[String], Problem> = .failure(
      Problem("an axis needs `values`, `from`, `to` and `by`, `log`, or `min` and `max`"))
    if written.count > 1 {
      let keys = written.map { "`\($0[0])`" }.joined(separator: " and ")
      found = .failure(Problem("\(keys) are two ways to write one axis"))
    } else if let form = written.first {
      let missing = form.filter { !record.has($0) }
      if missing.isEmpty {
        found = Self.values(of: record, form: form[0], type: type)
      } else {
        found = .failure(Problem("`\(form[0])` goes with `\(missing[0])`"))
      }
    }
    switch found {
    case .success(let values):
      self.values = values
      problem = values.isEmpty ? "it has no values" : nil
    case .failure(let problem):
      values = []
      self.problem = problem.message
    }
  }

  private struct Problem: Error {
    let message: String
    init(_ message: String) { self.message = message }
  }

  private static func values(
    of record: Record, form: String, type: String
  ) -> Result<[String], Problem> {
    switch form {
    case "values": return .success(record.optionalStrings("values") ?? [])
    case "log": return .success(record.optionalRecord("log").map(logarithmic) ?? [])
    case "min":
      guard type.hasPrefix("window") else {
        return .failure(Problem("`min` and `max` are for windows, and this is `\(type)`"))
      }
      return windows(record)
    default: return evenly(record)
    }
  }

  private static func logarithmic(_ log: Record) -> [String] {
    guard let from = log.optionalNumber("from"), let to = log.optionalNumber("to"),
      let count = log.optionalInteger("count"), count > 1
    else { return [] }
    return (0..<count).map { index in
      if index == 0 { return RecipeText.number(from) }
      if index == count - 1 { return RecipeText.number(to) }
      let share = Double(index) / Double(count - 1)
      let value = from * pow(to / from, share)
      // Six digits: what people write and compare.
      return RecipeText.number(Double(String(format: "%.6g", value)) ?? value)
    }
  }

  private static func evenly(_ record: Record) -> Result<[String], Problem> {
    let parts = ["from", "to", "by"].compactMap { record.optionalString($0).flatMap(measured) }
    guard parts.count == 3 else { return .failure(Problem("`from`, `to` and `by` are numbers")) }
    let (from, to, by) = (parts[0], parts[1], parts[2])
    guard from.unit == to.unit, from.unit == by.unit else {
      return .failure(Problem("`from`, `to` and `by` need the same unit"))
    }
    guard by.value > 0 else { return .failure(Problem("`by` is not above 0")) }
    guard to.value >= from.value else { return .failure(Problem("`to` is below `from`")) }
    let count = ((to.value - from.value) / by.value + 1e-9).rounded(.down)
    guard count < Double(SweepPlan.cellLimit) else {
      return .failure(Problem("it has more than \(SweepPlan.cellLimit) values"))
    }
    return .success(
      (0...Int(count)).map { index in
        let value = from.value + Double(index) * by.value
        return text(Double(String(format: "%.12g", value)) ?? value, from.unit)
      })
  }

  private static func windows(_ record: Record) -> Result<[String], Problem> {
    let lower = (record.optionalStrings("min") ?? []).compactMap(measured)
    let upper = (record.optionalStrings("max") ?? []).compactMap(measured)
    guard let unit = (lower + upper).first?.unit, (lower + upper).allSatisfy({ $0.unit == unit })
    else { return .failure(Problem("`min` and `max` are quantities of one unit")) }
    guard lower.count * upper.count <= SweepPlan.cellLimit else {
      return .failure(Problem("it has more than \(SweepPlan.cellLimit) values"))
    }
    return .success(
      lower.flatMap { low in
        upper.filter { $0.value >= low.value }.map { high in
          text(low.value, "") + ".." + text(high.value, unit)
        }
      })
  }

  /// `64 tok` as 64 and `tok`.
  private static func measured(_ text: String) -> (value: Double, unit: String)? {
    var cursor = ByteCursor(text)
    let isNegative = cursor.take("-")
    guard let value = cursor.number() else { return nil }
    cursor.skip(while: \.isBlank)
    return (isNegative ? -value : value, cursor.text(cursor.offset..<cursor.bytes.count))
  }

  private static func text(_ value: Double, _ unit: String) -> String {
    RecipeText.number(value) + (unit.isEmpty || unit == "%" ? unit : " \(unit)")
  }
}

extension SweepAxis {
  /// The uses of params as axes and in controls.
  static func references(_ root: Record, _ names: Declarations) -> [Reference] {
    guard let sweep = root.optionalRecord("sweep") else { return [] }
    let axes = sweep.optionalRecord("axes").map { [$0] } ?? []
    return (axes + (sweep.optionalRecord("controls")?.records ?? [])).flatMap { group in
      group.keys.filter { names.contains($0, in: .params) }.compactMap { name in
        group.setting(name).map {
          Reference(
            section: .params, name: name, span: $0.keySpan, path: "\(group.path).\(name)")
        }
      }
    }
  }
}
