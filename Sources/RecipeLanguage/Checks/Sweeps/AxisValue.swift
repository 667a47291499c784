extension DiagnosticCode {
  static let axisValue = DiagnosticCode(
    6014, "axis-value", "A value of an axis does not fit its param.",
    Explanation(
      why: """
        Every value is given to the param as if by `--param`: it is read by the param's type, and must \
        lie in the range that the param declares. The cells of a value that does not fit would be \
        missing from the comparison.
        """,
      example: .swept(
        params: Self.ranged, axes: "{window: {values: [8..32 tok, 16..64 tok, 64..128 tok]}}"),
      nearMiss: .swept(
        params: Self.ranged, axes: "{window: {values: [8..32 tok, 16..64 tok, 64..90 tok]}}")))

  private static let ranged =
    "{window: {type: window<tok>, default: 8..32 tok, range: 1..90 tok}}"
}

extension RecipeCheck {
  static let axisValue = RecipeCheck(.axisValue, reads: ["params"]) { input in
    let params = input.root.optionalRecord("params")
    func report(
      _ value: String, _ name: String, _ span: SourceSpan, _ path: String, withRange: Bool = true
    ) -> Diagnostic? {
      guard let param = params?.optionalRecord(name), let type = param.optionalString("type")
      else { return nil }
      guard let read = ParameterValue.read(value, of: name, in: input.root) else {
        return Diagnostic(
          .axisValue,
          "`\(Decoder.shortened(value))` is no value for the param `\(name)` (\(type))", at: span,
          help: "its default is `\(ParameterValue.defaultText(of: name, in: input.root))`",
          path: path)
      }
      guard withRange else { return nil }
      return ParameterSchema.range(of: param, without: read).map { range in
        Diagnostic(
          .axisValue,
          "`\(Decoder.shortened(value))` is outside the range \(range) of the param `\(name)`, so "
            + "that nothing can be run with it",
          at: span, secondary: [.init(span: param.span(of: "range"), text: "the range")],
          help: "choose a value within \(range), or widen the range", path: path)
      }
    }
    let axes = SweepAxis.all(input.root).flatMap { axis -> [Diagnostic] in
      guard case .list(let items)? = axis.record.setting("values")?.value else {
        // Values that are computed are all of one type; those outside the range are infeasible cells.
        return axis.values.prefix(1).compactMap {
          report($0, axis.name, axis.record.span, axis.record.path, withRange: false)
        }
      }
      return items.compactMap { item in
        report(item.value.string ?? "", axis.name, item.span, "\(axis.record.path).values")
      }
    }
    let controls = (input.root.optionalRecord("sweep")?.optionalRecord("controls")?.records ?? [])
      .flatMap { control in
        control.keys.compactMap { key in
          control.optionalString(key).flatMap {
            report($0, key, control.span(of: key), "\(control.path).\(key)")
          }
        }
      }
    return axes + controls
  }
}
