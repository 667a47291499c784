/// Reads a grader of OpenAI's reinforcement fine-tuning (`string_check`, `text_similarity`,
/// `score_model`, `label_model`, `multi`) and writes it as the judges and rewards of a recipe, to be
/// laid over one with `--overlay`.
///
/// What a grader calls `sample.output_text` is the segment `answer` here, `item.x` is the column `x`.
public struct OpenAIGrader {
  public struct Import: Sendable {
    /// Recipe text; nil when there is an error among the diagnostics.
    public let recipe: String?
    public let diagnostics: [Diagnostic]
  }

  private(set) var diagnostics: [Diagnostic] = []
  /// What the reward kind `similarity` can measure.
  let metrics: [String]
  /// In the order they are needed: what a formula reads comes before it.
  private(set) var rewards: [(name: String, settings: [String])] = []
  private(set) var judges: [(name: String, lines: [String])] = []

  public static func convert(_ file: SourceFile, vocabulary: Vocabulary) -> Import {
    let similarity = vocabulary.rewards.first { $0.name == "similarity" }
    var metrics: [String] = []
    if case .choice(let words)? = similarity?.fields.first(where: { $0.name == "metric" })?.type {
      metrics = words
    }
    var reader = OpenAIGrader(metrics: metrics)
    let read = JSONSource.read(file)
    reader.diagnostics = read.diagnostics
    if let root = read.root, reader.diagnostics.isEmpty {
      // The object of a fine-tuning job holds the grader deeper inside.
      let grader = root["reinforcement"]?["grader"] ?? root["method"]?["reinforcement"]?["grader"]
      reader.grader(grader ?? root["grader"] ?? root, name: nil, isPart: false)
    }
    let hasErrors = reader.diagnostics.contains { $0.severity == .error }
    return Import(
      recipe: hasErrors ? nil : reader.text(of: file), diagnostics: reader.diagnostics)
  }

  private init(metrics: [String]) { self.metrics = metrics }

  mutating func report(
    _ code: DiagnosticCode, _ message: String, at span: SourceSpan, help: String? = nil
  ) {
    diagnostics.append(Diagnostic(code, message, at: span, help: help))
  }

  /// Adds the reward of one grader.
  ///
  /// - Parameters:
  ///   - name: its key in `graders`, which goes before its own name.
  ///   - isPart: read by a formula, and not summed itself.
  /// - Returns: the reward's name; nil when the grader was reported.
  @discardableResult
  mutating func grader(_ node: Node, name: String?, isPart: Bool) -> String? {
    guard node.entries != nil else {
      report(.importedValue, "a grader is an object with a `type`", at: node.span)
      return nil
    }
    guard let type = text("type", of: node) else { return nil }
    let name = unused(Self.identifier(name ?? node["name"]?.scalar?.text ?? type))
    let settings: [String]?
    switch type {
    case "string_check": settings = stringCheck(node)
    case "text_similarity": settings = textSimilarity(node)
    case "score_model", "label_model": settings = modelGrader(node, name: name, type: type)
    case "multi" where !isPart: return multi(node, name: name)
    case "multi":
      report(
        .unsupportedGrader, "a `multi` grader cannot be part of another one", at: node.span,
        help: "move its graders up, and write its formula out in the outer one")
      return nil
    case "python":
      report(
        .unsupportedGrader,
        "a `python` grader runs code, which recipes never do; it has no counterpart",
        at: node["source"]?.span ?? node.span,
        help: "say the same with the reward kinds that `sousvide schema` lists, or leave it out")
      return nil
    default:
      report(
        .unsupportedGrader, "there is no grader type `\(type)`",
        at: node["type"]?.span ?? node.span,
        help: Suggestion.help(for: type, among: Self.types))
      return nil
    }
    guard var settings else { return nil }
    if isPart { settings.append("weight: 0") }
    rewards.append((name, settings))
    return name
  }

  private static let types = [
    "string_check", "text_similarity", "score_model", "label_model", "multi",
  ]

  /// The text of a required key.
  mutating func text(_ key: String, of node: Node) -> String? {
    guard let entry = node.entry(key) else {
      report(.importedValue, "this grader needs `\(key)`", at: node.span)
      return nil
    }
    guard let scalar = entry.value.scalar, scalar.style != .plain else {
      report(.importedValue, "`\(key)` must be a string", at: entry.value.span)
      return nil
    }
    return scalar.text
  }

  mutating func add(judge name: String, _ lines: [String]) { judges.append((name, lines)) }

  mutating func add(reward name: String, _ settings: [String]) {
    rewards.append((name, settings))
  }

  func unused(_ name: String) -> String {
    guard rewards.contains(where: { $0.name == name }) else { return name }
    var number = 2
    while rewards.contains(where: { $0.name == "\(name)_\(number)" }) { number += 1 }
    return "\(name)_\(number)"
  }

  /// A name that the language accepts.
  static func identifier(_ text: String) -> String {
    let bytes = text.utf8.prefix(60).map { $0.isNamePart ? $0 : .underscore }
    let name = String(decoding: bytes, as: UTF8.self)
    let starts = name.utf8.first.map(\.isNameStart) ?? false
    let isWord = ExpressionLexer.words.contains(name) || name == "none" || name == "null"
    return starts && !isWord ? name : "grader_\(name)"
  }

  private func text(of file: SourceFile) -> String {
    var lines = [
      "# Imported from \(Paths.name(file.path)). Lay it over a recipe that has a model, data and stages:",
      "#",
      "#   sousvide check recipe.yaml --overlay THIS_FILE",
      "#",
      "# `sample.output_text` became the segment `answer`: the prompt should ask for its tags.",
      "segments:",
      "  think: {process: reasoning}",
      "  answer: {process: reasoning}",
    ]
    if !judges.isEmpty {
      lines += ["secrets:", "  judge_key: {env: OPENAI_API_KEY}", "judges:"]
      for judge in judges {
        lines.append("  \(judge.name):")
        lines += judge.lines.map { "    \($0)" }
      }
    }
    lines.append("rewards:")
    for reward in rewards {
      lines.append("  \(reward.name):")
      lines += reward.settings.map { "    \($0)" } + ["    credit: reasoning"]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
