/// Templates: prompts in the recipe, or in a file beside it.
extension Decoder {
  mutating func template(
    _ scalar: Node.Scalar, _ node: Node, for purpose: TemplateUse, at path: String
  ) -> SettingValue? {
    guard Self.namesPromptFile(scalar) else {
      let reading = TemplateReader.read(scalar.text)
      let template = Template(reading, scalar.text, span: node.span) { [self] in
        span(of: $0, in: scalar, node)
      }
      return accept(template, reading.problems, for: purpose, at: path) { [self] in
        span(of: $0, in: scalar, node)
      }
    }
    let resolved = self.resolved(scalar.text, in: node.span.path)
    guard let file = promptFile(resolved, at: node.span, path: path) else { return nil }
    let reading = TemplateReader.read(file.text)
    let template = Template(reading, file.text, span: file.span(0..<file.bytes.count)) {
      file.span($0)
    }
    return accept(template, reading.problems, for: purpose, at: path) { file.span($0) }
  }

  /// One word that ends like a text file.
  private static func namesPromptFile(_ scalar: Node.Scalar) -> Bool {
    let text = scalar.text
    return scalar.style != .block && (text.hasSuffix(".md") || text.hasSuffix(".txt"))
      && !text.utf8.contains { $0.isBlank || $0 == .newline || $0 == UInt8(ascii: "{") }
  }

  /// The prompt file, read once however many prompts it is.
  private mutating func promptFile(
    _ resolved: String, at span: SourceSpan, path: String
  ) -> SourceFile? {
    if let known = promptFiles.first(where: { $0.path == resolved }) { return known }
    do throws(Diagnostic) {
      let file: SourceFile
      if let open = read(resolved) { file = open } else { file = try SourceFile.read(resolved) }
      promptFiles.append(file)
      return file
    } catch {
      var located = error
      located.path = path
      if located.code == .cannotRead {
        located.span = span
        located.help = "a prompt file is named relative to the recipe that names it"
      }
      report(located)
      return nil
    }
  }

  private mutating func accept(
    _ template: Template, _ problems: [TemplateReader.Problem], for purpose: TemplateUse,
    at path: String, place: (Range<Int>) -> SourceSpan
  ) -> SettingValue? {
    for problem in problems {
      report(
        .templateHole, problem.message, at: place(problem.range), help: problem.help, path: path)
    }
    var isRight = problems.isEmpty
    for hole in template.holes {
      if hole.source == Template.media, let problem = Self.misplaced(hole, purpose) {
        report(.templateHole, problem.message, at: hole.span, help: problem.help, path: path)
        isRight = false
      }
      guard let segment = Self.segment(of: hole.source) else { continue }
      if purpose == .question {
        report(
          .templateHole,
          "a question cannot show the segment `\(segment)`: it is asked before there is a response",
          at: hole.span, help: "show columns of the item, as in `{item.problem}`", path: path)
        isRight = false
      } else if names.contains(segment, in: .segments) {
        use(segment, in: .segments, at: hole.nameSpan, path: path)
      } else {
        report(names.undeclared(segment, in: .segments, at: hole.span, path: path))
        isRight = false
      }
    }
    return isRight ? .template(template) : nil
  }

  /// Why media cannot stand where they do; nil where they can.
  private static func misplaced(
    _ hole: Template.Hole, _ purpose: TemplateUse
  ) -> (message: String, help: String)? {
    if purpose == .question {
      return (
        "a question has no place for `\(Template.media)`: the policy sees it before the question",
        "remove `{\(Template.media)}`"
      )
    }
    guard hole.isFenced else { return nil }
    return (
      "`\(Template.media)` stands for pictures, which no fence can hold",
      "write `{\(Template.media)}`"
    )
  }

  private static func segment(of source: String) -> String? {
    source.hasPrefix("segment.") ? String(source.dropFirst("segment.".count)) : nil
  }
}
