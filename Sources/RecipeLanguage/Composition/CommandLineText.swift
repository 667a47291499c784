/// The arguments that change a recipe, as a file of one argument per line, so that what is wrong with
/// one is shown with carets like everything else.
struct CommandLineText {
  /// How diagnostics name it.
  static let path = "<command line>"

  /// One argument, with the places of its parts.
  struct Argument {
    /// What it names: a file, a param or a path.
    var name: String
    var nameRange: Range<Int>
    var value = ""
    var valueRange = 0..<0
  }

  let file: SourceFile
  private(set) var overlays: [Argument] = []
  private(set) var parameters: [Argument] = []
  private(set) var settings: [Argument] = []

  init(_ options: CheckOptions) {
    var text = ""
    func add(_ option: String, _ name: String, _ value: String?) -> Argument {
      text += "--\(option) "
      let start = text.utf8.count
      text += name
      var argument = Argument(name: name, nameRange: start..<text.utf8.count)
      if let value {
        text += "="
        argument.value = value
        argument.valueRange = text.utf8.count..<text.utf8.count + value.utf8.count
        text += value
      }
      text += "\n"
      return argument
    }
    overlays = options.overlays.map { add("overlay", $0, nil) }
    parameters = options.parameters.map { add("param", $0.name, $0.value) }
    settings = options.settings.map { add("set", $0.path, $0.value) }
    file = SourceFile(path: Self.path, text: text)
  }

  /// The argument's value as the type would have it written in a recipe: text needs no quotes, lists
  /// and records are in flow style.
  ///
  /// - Throws: the first thing wrong with the YAML of a list, record or quoted text.
  func node(_ argument: Argument, as type: ValueType?) throws(Diagnostic) -> Node {
    let span = file.span(argument.valueRange)
    let first = argument.value.utf8.first
    let isFlow = first.map { "[{".utf8.contains($0) && !(type?.isText ?? false) } ?? false
    let isQuoted = first.map { "\"'".utf8.contains($0) } ?? false
    guard isFlow || isQuoted else {
      let style: Node.Scalar.Style = type?.isText ?? false ? .doubleQuoted : .plain
      return Node(content: .scalar(.init(text: argument.value, style: style)), span: span)
    }
    let read = TreeReader.read(SourceFile(path: Self.path, text: argument.value))
    let offset = argument.valueRange.lowerBound
    if var problem = read.diagnostics.first {
      problem.span = moved(problem.span, by: offset)
      problem.secondary = problem.secondary.map {
        .init(span: moved($0.span, by: offset), text: $0.text)
      }
      problem.fixes = []
      throw problem
    }
    guard let root = read.root else {
      throw Diagnostic(.missingValue, "`\(argument.name)` is given no value", at: span)
    }
    return moved(root, by: offset)
  }

  func span(_ range: Range<Int>) -> SourceSpan { file.span(range) }

  private func moved(_ span: SourceSpan, by offset: Int) -> SourceSpan {
    file.span(span.bytes.lowerBound + offset..<span.bytes.upperBound + offset)
  }

  private func moved(_ node: Node, by offset: Int) -> Node {
    var node = node
    node.span = moved(node.span, by: offset)
    switch node.content {
    case .scalar, .rejected: break
    case .sequence(let items): node.content = .sequence(items.map { moved($0, by: offset) })
    case .mapping(let entries):
      node.content = .mapping(
        entries.map {
          Node.Entry(
            key: $0.key, keySpan: moved($0.keySpan, by: offset), value: moved($0.value, by: offset))
        })
    }
    return node
  }
}

extension ValueType {
  /// Whether any characters are a value: such an argument is taken as it is.
  fileprivate var isText: Bool {
    switch self {
    case .string, .path: true
    case .optional(let inner): inner.isText
    default: false
    }
  }
}

extension CheckOptions {
  /// The layers of a command line, from the text that a run keeps of them: an argument a line, and further lines
  /// of its value.
  public init(arguments text: String) {
    self.init()
    var arguments: [(option: String, rest: String)] = []
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    if lines.last?.isEmpty == true { lines.removeLast() }
    for line in lines {
      let option = ["overlay", "param", "set"].first { line.hasPrefix("--\($0) ") }
      if let option {
        arguments.append((option, String(line.dropFirst(option.count + 3))))
      } else if !arguments.isEmpty {
        arguments[arguments.count - 1].rest += "\n" + line
      }
    }
    for (option, rest) in arguments {
      let parts = rest.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let (name, value) = (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
      switch option {
      case "overlay": overlays.append(rest)
      case "param": parameters.append((name, value))
      default: settings.append((name, value))
      }
    }
  }
}
