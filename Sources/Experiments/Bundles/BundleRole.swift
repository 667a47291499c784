/// What a member of a bundle is for. Its place says it: there are no other places than these.
public enum BundleRole: String, Sendable, Codable, CaseIterable {
  case manifest
  /// The page that a reader sees first.
  case card
  case crate
  /// The recipe as written, its parents, overlays and arguments, and what it came to.
  case recipe
  case lock, graph, metrics, trace, rollouts, data, summary, report
  /// Files of records, and texts that passages are looked up in.
  case records
  /// The videos and pictures that records name.
  case media
  /// What asking judges came to, and what they answered.
  case judges
  case evaluation
  /// What makes tokens of text.
  case tokenizer
  /// All else that is in the folder of a checkpoint.
  case weights

  public static let manifestPath = "MANIFEST.json"
  static let cardPath = "README.md"
  static let cratePath = "ro-crate-metadata.json"

  /// Nil for a place that no member has.
  ///
  /// - Parameter path: relative to the bundle's root, with slashes.
  public init?(path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    switch (path, parts.first, parts.count) {
    case (Self.manifestPath, _, _): self = .manifest
    case (Self.cardPath, _, _): self = .card
    case (Self.cratePath, _, _): self = .crate
    case (_, "recipe", 2): self = .recipe
    case (_, "evaluations", 3...4) where path.hasSuffix(".jsonl"): self = .evaluation
    case (DataPlaces.path, _, _), (_, "collection", 2...): self = .records
    case (_, "data", 4...) where parts[2] == "records": self = .records
    case (_, "data", 4...) where parts[2] == "media" || parts[2] == "roots": self = .media
    case (_, "checkpoints", 2) where path.hasSuffix(".json"): self = .weights
    case (_, "checkpoints", 3...):
      self = Self.tokenizerFiles.contains(String(parts[parts.count - 1])) ? .tokenizer : .weights
    default:
      guard let file = RunFile(rawValue: path) else { return nil }
      self.init(file)
    }
  }

  init(_ file: RunFile) {
    self =
      switch file {
      case .recipe, .resolved: .recipe
      case .lock: .lock
      case .graph: .graph
      case .metrics: .metrics
      case .trace: .trace
      case .rollouts: .rollouts
      case .judges, .answers: .judges
      case .data: .data
      case .summary: .summary
      case .report: .report
      }
  }

  private static let tokenizerFiles: Set<String> = [
    "tokenizer.json", "tokenizer_config.json", "chat_template.json", "chat_template.jinja",
    "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt",
  ]
}
