/// A comment of a recipe file: from `#` to the end of its line.
public struct RecipeComment: Sendable, Equatable {
  /// As written, with its `#` and without blanks at its end.
  public let text: String
  public let span: SourceSpan
  /// Nothing but blanks stands before it on its line.
  public let standsAlone: Bool
  /// The entry it belongs to, `rewards.correct`: the one on its line, or the one that follows it.
  /// Empty for one that nothing follows.
  public internal(set) var path = ""

  /// From 1.
  public var line: Int { span.start.line }
}

/// The comments of one file, in order. `#` inside quotes, in block text or within a word is none.
///
/// What a syntax error made unreadable has no comments.
public struct Comments: Sendable {
  public let all: [RecipeComment]

  public init(of file: SourceFile) { self = TreeReader.read(file).comments }

  init(_ all: [RecipeComment]) { self.all = all }

  /// The comments on a line and, standing alone, directly above it: where a remark about that line is.
  public func about(line: Int) -> [RecipeComment] {
    all.filter { $0.line == line || ($0.line == line - 1 && $0.standsAlone) }
  }
}

/// Finds comments between the scalars that libyaml reports.
///
/// libyaml takes every `#` at the beginning of a token for a comment, so what remains when the scalars
/// are taken away needs no further knowledge of YAML.
struct CommentScanner {
  private let bytes: [UInt8]
  private var ranges: [Range<Int>] = []
  /// Everything before this offset was looked at.
  private var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// What is between the last scalar and this one, and the scalar itself. Scalars come in order.
  mutating func skip(scalar range: Range<Int>, isBlock: Bool) {
    scan(upTo: range.lowerBound)
    var start = range.lowerBound
    if isBlock {
      // The header, `|` or `>-`, may be followed by a comment; the lines below it are text.
      while start < range.upperBound, !isBreak(start), bytes[start] != .hash { start += 1 }
      offset = max(offset, start)
      scan(upTo: lineEnd(start))
    }
    offset = max(offset, range.upperBound)
  }

  mutating func skip(_ range: Range<Int>) { skip(scalar: range, isBlock: false) }

  /// All of them, when the file has been read to its end.
  mutating func finish() -> [Range<Int>] {
    scan(upTo: bytes.count)
    return ranges
  }

  private mutating func scan(upTo end: Int) {
    while offset < min(end, bytes.count) {
      guard bytes[offset] == .hash else {
        offset += 1
        continue
      }
      let start = offset
      offset = lineEnd(offset)
      var last = offset
      while last > start, bytes[last - 1].isBlank { last -= 1 }
      ranges.append(start..<last)
    }
  }

  private func isBreak(_ index: Int) -> Bool {
    bytes[index] == .newline || bytes[index] == .carriageReturn
  }

  private func lineEnd(_ start: Int) -> Int {
    var end = start
    while end < bytes.count, !isBreak(end) { end += 1 }
    return end
  }
}

/// Gives comments the path of the entry they belong to, in one walk over the tree.
struct CommentOwners {
  private(set) var comments: [RecipeComment]
  private var next = 0
  /// The outermost entry that begins on the line of the last entry seen.
  private var opener = (line: 0, path: "")

  init(_ comments: [RecipeComment], in root: Node) {
    self.comments = comments
    visit(root, path: "")
    while next < comments.count { assign(following: "") }
  }

  private mutating func visit(_ node: Node, path: String) {
    guard next < comments.count else { return }
    switch node.content {
    case .scalar, .rejected: break
    case .sequence(let items):
      for (index, item) in items.enumerated() {
        let path = "\(path)[\(index)]"
        enter(item.span, path)
        visit(item, path: path)
      }
    case .mapping(let entries):
      for entry in entries {
        let path = path.isEmpty ? entry.key : "\(path).\(entry.key)"
        enter(entry.keySpan, path)
        visit(entry.value, path: path)
      }
    }
  }

  private mutating func enter(_ span: SourceSpan, _ path: String) {
    while next < comments.count, comments[next].span.bytes.lowerBound < span.bytes.lowerBound {
      assign(following: path)
    }
    if opener.line != span.start.line { opener = (span.start.line, path) }
  }

  private mutating func assign(following path: String) {
    comments[next].path = comments[next].standsAlone ? path : opener.path
    next += 1
  }
}
