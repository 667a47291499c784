/// Finds the holes of a template.
///
/// Braces are common in prompts (JSON, LaTeX), so only what plainly means to be a hole is one:
/// `{item.` or `{segment.` and what is nearly that. Everything else stays literal.
struct TemplateReader {
  enum Part {
    case text(Range<Int>)
    case hole(source: String, isFenced: Bool, Range<Int>, name: Range<Int>)
  }

  struct Problem: Error {
    var message: String
    var help: String
    /// Bytes of the text.
    var range: Range<Int>
  }

  struct Reading {
    var parts: [Part] = []
    /// `{word}`, literal.
    var bareWords: [(word: String, range: Range<Int>)] = []
    var problems: [Problem] = []
  }

  static let heads = ["item", "segment"]

  static func read(_ text: String) -> Reading {
    var reader = TemplateReader(text)
    reader.run()
    return reader.reading
  }

  private var cursor: ByteCursor
  private var reading = Reading()

  private init(_ text: String) { cursor = ByteCursor(text) }

  private mutating func run() {
    var literal = 0
    while !cursor.isAtEnd {
      let start = cursor.offset
      guard cursor.take("{") else {
        cursor.offset += 1
        continue
      }
      do {
        guard let hole = try hole(from: start) else {
          cursor.offset = start + 1
          continue
        }
        if literal < start { reading.parts.append(.text(literal..<start)) }
        reading.parts.append(hole)
        literal = cursor.offset
      } catch {
        reading.problems.append(error)
      }
    }
    if literal < cursor.offset { reading.parts.append(.text(literal..<cursor.offset)) }
  }

  /// What follows `{`; nil when it is literal.
  private mutating func hole(from start: Int) throws(Problem) -> Part? {
    cursor.skip(while: \.isBlank)
    guard let head = word(), let next = cursor.peek else { return nil }
    if next == UInt8(ascii: "}"), !Self.heads.contains(head) {
      reading.bareWords.append((head, start..<cursor.offset + 1))
      return nil
    }
    guard Self.heads.contains(head) else {
      if next == .dot { try misspelt(head, from: start) }
      return nil
    }
    guard next == .dot || next == UInt8(ascii: "}") || next == UInt8(ascii: "|") else { return nil }
    guard cursor.take("."), let name = word() else {
      let what = head == "item" ? "column" : "segment"
      throw problem(
        "`{\(head)` does not say which \(what)",
        head == "item" ? "write `{item.problem}`" : "write `{segment.<name> | fence}`", from: start)
    }
    let source = "\(head).\(name)"
    let nameRange = cursor.offset - name.utf8.count..<cursor.offset
    cursor.skip(while: \.isBlank)
    let isFenced = cursor.take("|")
    if isFenced {
      cursor.skip(while: \.isBlank)
      let filter = word() ?? ""
      guard filter == "fence" else {
        throw problem(
          filter.isEmpty ? "nothing follows `|`" : "`\(filter)` is nothing that can follow `|`",
          "write `{\(source) | fence}`", from: start)
      }
      cursor.skip(while: \.isBlank)
    }
    guard cursor.take("}") else {
      throw problem(
        "the hole `\(source)` is not closed", "write `{\(source)\(isFenced ? " | fence" : "")}`",
        from: start)
    }
    return .hole(
      source: source, isFenced: isFenced, start..<cursor.offset, name: nameRange)
  }

  /// `{items.problem}`, and parameters, which are filled in when the recipe is composed.
  private mutating func misspelt(_ head: String, from start: Int) throws(Problem) {
    _ = cursor.take(".")
    guard let name = word() else { return }
    if head == "params" {
      throw problem(
        "`params.\(name)` cannot be read here: parameters are filled in when a recipe is composed",
        "write the text in the recipe itself, with `${params.\(name)}`", from: start)
    }
    guard let near = Suggestion.closest(to: head, among: Self.heads) else { return }
    throw problem(
      "`\(head).\(name)` is nothing that a prompt can show", "did you mean `{\(near).\(name)}`?",
      from: start)
  }

  private mutating func word() -> String? {
    guard let first = cursor.peek, first.isNameStart else { return nil }
    let start = cursor.offset
    cursor.skip(while: \.isNamePart)
    return cursor.text(start..<cursor.offset)
  }

  /// From the brace to where reading stopped, with the closing brace when it is next.
  private func problem(_ message: String, _ help: String, from start: Int) -> Problem {
    let closes = cursor.peek == UInt8(ascii: "}")
    return Problem(
      message: message, help: help, range: start..<cursor.offset + (closes ? 1 : 0))
  }
}
