/// Where a value came from, beyond the place that wrote it.
public struct Provenance: Sendable, Equatable {
  /// A value that another layer wrote before this one.
  public struct Replaced: Sendable, Equatable {
    /// As written, on one line.
    public let text: String
    public let span: SourceSpan
  }

  /// A param that `${…}` read.
  public struct Parameter: Sendable, Equatable {
    public let name: String
    public let text: String
    /// Where it got its value: its `default`, or the command line.
    public let span: SourceSpan
  }

  /// What the value replaced, the latest first; the edition's default is not among them.
  public internal(set) var replaced: [Replaced] = []
  /// The params it was computed from, each once; empty when it holds no `${…}`.
  public internal(set) var parameters: [Parameter] = []
  /// The schedule it refers to, `schedules.rl_rate`, where the value is that schedule.
  public internal(set) var reference: String?

  public static let none = Provenance()
}

/// The layers of a recipe, from the lowest to the highest.
public enum Layer: Sendable, Equatable {
  /// The table of defaults of the edition.
  case edition
  /// The recipe or one that it extends.
  case file
  case overlay
  case commandLine
}

extension Node {
  /// The same value, remembering what it replaces.
  func replacing(_ old: Node) -> Node {
    var node = self
    let last = Provenance.Replaced(text: old.flowText, span: old.span)
    node.provenance.replaced = [last] + old.provenance.replaced
    return node
  }

  /// The value on one line, shortened when it is long.
  var flowText: String {
    var text = ""
    write(to: &text)
    return Decoder.shortened(text)
  }

  private func write(to text: inout String) {
    guard text.utf8.count < 100 else { return }
    switch content {
    case .rejected: text += "?"
    case .scalar(let scalar):
      let shown = scalar.text.replacing("\n", with: " ")
      text += scalar.style == .plain ? shown : "\"\(shown)\""
    case .sequence(let items):
      text += "["
      for (index, item) in items.enumerated() {
        if index > 0 { text += ", " }
        item.write(to: &text)
      }
      text += "]"
    case .mapping(let entries):
      text += "{"
      for (index, entry) in entries.enumerated() {
        if index > 0 { text += ", " }
        text += "\(entry.key): "
        entry.value.write(to: &text)
      }
      text += "}"
    }
  }
}
