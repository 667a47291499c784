/// The cells of a sweep before anything is checked.
struct SweepGrid {
  private let sweep: Record
  private let axes: [SweepAxis]
  private let root: Record

  /// Nil while an axis is wrong, or there are too many cells.
  init?(_ root: Record, _ sweep: Record) {
    axes = SweepAxis.all(root)
    self.root = root
    self.sweep = sweep
    let declared = sweep.optionalRecord("axes")?.records.count
    guard !axes.isEmpty, declared == axes.count, axes.allSatisfy({ $0.problem == nil }) else {
      return nil
    }
    guard Self.size(axes) <= SweepPlan.cellLimit || method != "grid" else { return nil }
  }

  private var method: String { sweep.optionalString("method") ?? "grid" }

  /// How many cells the axes span.
  static func size(_ axes: [SweepAxis]) -> Int {
    axes.reduce(1) { size, axis in
      let (product, overflows) = size.multipliedReportingOverflow(by: axis.values.count)
      return overflows ? .max : product
    }
  }

  var plan: SweepPlan {
    let size = Self.size(axes)
    let samples = sweep.optionalInteger("samples") ?? 16
    let seed = root.optionalRecord("run")?.optionalInteger("seed") ?? 0
    let order: any Sequence<[Int]> =
      switch method {
      case "random": CellOrder.random(axes.map(\.values.count), seed: UInt64(clamping: seed))
      case "sobol": CellOrder.sobol(axes.map(\.values.count))
      default: CellOrder.grid(axes.map(\.values.count))
      }
    let wanted = method == "grid" ? size : min(samples, size)
    var cells: [SweepPlan.Cell] = []
    var excluded: [SweepPlan.Exclusion] = []
    for indices in order {
      guard cells.count < wanted, cells.count + excluded.count < SweepPlan.cellLimit else { break }
      let cell = SweepPlan.Cell(
        assignments: zip(axes, indices).map { .init(parameter: $0.name, value: $0.values[$1]) },
        control: nil)
      if let reason = exclusion(of: cell) {
        excluded.append(.init(cell: cell, reason: reason))
      } else {
        cells.append(cell)
      }
    }
    let controls = controls
    let set = Set(controls.map(\.assignments))
    return SweepPlan(
      axes: axes.map(\.name), cells: controls + cells.filter { !set.contains($0.assignments) },
      excluded: excluded,
      gridCount: size, seeds: sweep.optionalInteger("seeds") ?? 1, base: root)
  }

  /// A control has a value for every axis; what it does not set is the default.
  private var controls: [SweepPlan.Cell] {
    (sweep.optionalRecord("controls")?.records ?? []).map { control in
      let onAxes = axes.map { axis in
        SweepPlan.Assignment(
          parameter: axis.name,
          value: spelling(
            control.optionalString(axis.name)
              ?? ParameterValue.defaultText(of: axis.name, in: root), axis))
      }
      let besides = control.keys.filter { key in !axes.contains { $0.name == key } }.compactMap {
        key in
        control.optionalString(key).map { SweepPlan.Assignment(parameter: key, value: $0) }
      }
      return SweepPlan.Cell(assignments: onAxes + besides, control: control.name)
    }
  }

  /// As the axis spells an equal value, so that a control that lies on the grid is found there.
  private func spelling(_ text: String, _ axis: SweepAxis) -> String {
    guard let value = ParameterValue.read(text, of: axis.name, in: root) else { return text }
    return axis.values.first { ParameterValue.read($0, of: axis.name, in: root) == value } ?? text
  }

  /// Why `where` leaves a cell out.
  private func exclusion(of cell: SweepPlan.Cell) -> String? {
    guard let condition = sweep.optionalExpression("where") else { return nil }
    let given = Dictionary(
      cell.assignments.map { ($0.parameter, $0.value) }, uniquingKeysWith: { first, _ in first })
    let environment = ExpressionEnvironment { path in
      let name = String(path.dropFirst("params.".count))
      let value =
        given[name].flatMap { ParameterValue.read($0, of: name, in: root) }
        ?? root.optionalRecord("params")?.optionalRecord(name)?.setting("default")?.value
      return value.flatMap(ExpressionValue.init)
    }
    switch condition.value(in: environment) {
    case .boolean(true): return nil
    case .boolean(false): return "`\(condition.text)` does not hold"
    default: return "`\(condition.text)` has no value"
    }
  }
}

/// Values of params that are written as text.
enum ParameterValue {
  /// The default, as one would write it.
  static func defaultText(of name: String, in root: Record) -> String {
    root.optionalRecord("params")?.optionalRecord(name)?.setting("default")?.value.recipeText ?? ""
  }

  /// The typed value; nil where the text is none.
  static func read(_ text: String, of name: String, in root: Record) -> SettingValue? {
    guard
      let word = root.optionalRecord("params")?.optionalRecord(name)?.optionalString("type"),
      let type = ParameterSchema.valueType(word)
    else { return nil }
    var decoder = Decoder(root: Node(content: .mapping([]), span: root.span), files: [])
    let style: Node.Scalar.Style = if case .string = type { .doubleQuoted } else { .plain }
    let node = Node(content: .scalar(.init(text: text, style: style)), span: root.span)
    return decoder.decode(node, as: type, at: "params.\(name)")
  }
}
