extension DiagnosticCode {
  static let axisValue = DiagnosticCode(
    6014, "axis-value", "A value of an axis does not fit its param.",
    Explanation(
      why: """
        Every value is given to the param as if by `--param`, and is read by the param's type.
        """,
      example: .swept(axes: "{window: {values: [8..32 tok, 16..64 char]}}"), nearMiss: .swept()))
}

extension RecipeCheck {
  static let axisValue = RecipeCheck(.axisValue, reads: ["params"]) { input in
    let params = input.root.optionalRecord("params")
    func type(_ name: String) -> String? {
      params?.optionalRecord(name)?.optionalString("type")
    }
    func report(_ value: String, _ name: String, _ span: SourceSpan, _ path: String) -> Diagnostic?
    {
      guard let type = type(name), ParameterValue.read(value, of: name, in: input.root) == nil
      else {
        return nil
      }
      return Diagnostic(
        .axisValue, "`\(Decoder.shortened(value))` is no value for the param `\(name)` (\(type))",
        at: span, help: "its default is `\(ParameterValue.defaultText(of: name, in: input.root))`",
        path: path)
    }
    let axes = SweepAxis.all(input.root).flatMap { axis -> [Diagnostic] in
      guard case .list(let items)? = axis.record.setting("values")?.value else {
        return axis.values.prefix(1).compactMap {
          report($0, axis.name, axis.record.span, axis.record.path)
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
