/// Where values come from, in words.
extension CheckResult {
  /// `recipes/quickstart.yaml:71:18`, `--set stages.rl.steps=20`, or the default of the edition.
  public func origin(of setting: Setting) -> String {
    guard setting.origin == .written else {
      let edition = root?.optionalString("edition").map { " of edition \($0)" } ?? ""
      return "default\(edition)"
    }
    let parameters = setting.provenance.parameters.map { parameter in
      "params.\(parameter.name) (\(origin(of: parameter.span)))"
    }
    let place = origin(of: setting.span)
    return parameters.isEmpty ? place : "\(place), from \(parameters.joined(separator: ", "))"
  }

  /// A place: the argument for one on the command line.
  func origin(of span: SourceSpan) -> String {
    switch layer(of: span) {
    case .commandLine:
      let file = files.first { $0.path == span.path }
      return file?.line(span.start.line) ?? span.path
    case .overlay: return "--overlay \(span)"
    case .file, .edition: return "\(span)"
    }
  }
}
