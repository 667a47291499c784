/// Takes what cannot be read out of a text, so that the rest can: the smallest indented block around
/// each syntax error becomes spaces, byte for byte, and every other place stays what it was.
struct Repair {
  /// Of a text with mistakes, as long as the original.
  private(set) var bytes: [UInt8]
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var damage: [Damage] = []

  private let file: SourceFile
  private var attempts = 0
  private var bytesRead = 0
  /// Lines with a mistake that was reported already.
  private var reported: Set<Int> = []

  init(_ file: SourceFile) {
    self.file = file
    bytes = file.bytes
    blankControlCharacters()
    blankTabs()
  }

  /// Isolates the block around a failure.
  ///
  /// - Parameters:
  ///   - flow: where the outermost bracket opens that was open when the reader failed.
  ///   - quotes: the last text in quotes that spans lines: one quote missing swallows all up to the
  ///     next.
  /// - Returns: false when the file cannot be read any further.
  mutating func isolate(_ failure: SyntaxFailure, flow: Int?, quotes: Range<Int>?) -> Bool {
    attempts += 1
    bytesRead += failure.problem
    var diagnostic = failure.diagnostic
    var first = culpritLine(failure, flow: flow)
    if failure.culprit != .none, let quotes, quotes.upperBound <= failure.problem,
      line(quotes.upperBound) == line(failure.problem)
    {
      first = min(first, line(quotes.lowerBound))
      diagnostic = unclosed(quotes)
    } else if failure.culprit == .bracket, let flow, line(flow) < line(failure.problem) {
      diagnostic = unclosed(bracket: flow, noticed: failure.problem)
    } else if let bare = bareKey(above: first, failure) {
      first = line(bare.lowerBound)
      diagnostic = withoutColon(bare)
    }
    guard failure.culprit != .none, let block = block(from: first) else {
      append(diagnostic)
      return false
    }
    let lost = self.lost(first)
    diagnostic.path = lost.path.isEmpty ? nil : lost.path
    if reported.isDisjoint(with: block) { append(diagnostic) }
    blank(block)
    damage.append(lost)
    return attempts < Limits.syntaxErrors && bytesRead < Limits.recoveryBytes
  }

  private mutating func append(_ diagnostic: Diagnostic) {
    if diagnostics.count < Limits.syntaxErrors { diagnostics.append(diagnostic) }
  }
}

/// Which line is to blame.
extension Repair {
  private func culpritLine(_ failure: SyntaxFailure, flow: Int?) -> Int {
    var line = line(failure.problem)
    if failure.culprit == .context, let context = failure.context {
      line = min(line, self.line(context))
    }
    if let flow { line = min(line, self.line(flow)) }
    // What is blamed may be blank, at the end of the file say; then it is what stands before.
    while line > 0, isBlank(line) { line -= 1 }
    return line
  }

  private func unclosed(_ quotes: Range<Int>) -> Diagnostic {
    let end = max(quotes.lowerBound, quotes.upperBound - 1)
    return Diagnostic(
      .syntax, "not YAML: expected a quote that closes this text on its line",
      at: file.span(quotes.lowerBound..<quotes.lowerBound + 1),
      secondary: [.init(span: file.span(end..<end + 1), text: "it is only closed here")],
      help: "close the quotes")
  }

  private func unclosed(bracket: Int, noticed: Int) -> Diagnostic {
    let open = bytes[bracket] == UInt8(ascii: "[") ? "[" : "{"
    let close = open == "[" ? "]" : "}"
    return Diagnostic(
      .syntax, "not YAML: expected a `\(close)` that closes this `\(open)`",
      at: file.span(bracket..<bracket + 1),
      secondary: [.init(span: file.span(noticed..<noticed + 1), text: "noticed here")],
      help: "close it with `\(close)`")
  }

  /// Text without a `:` above a line with a key: it lacks one.
  private func bareKey(above line: Int, _ failure: SyntaxFailure) -> Range<Int>? {
    guard failure.culprit == .problem, line > 0 else { return nil }
    var above = line - 1
    while above > 0, isBlank(above) { above -= 1 }
    guard !isBlank(above), indentation(above) <= indentation(line) else { return nil }
    let text = content(above)
    let isText = bytes[text].allSatisfy { $0.isNamePart || $0 == .space || $0 == .dot }
    guard isText, let first = bytes[text].first, first.isNameStart else { return nil }
    return text.lowerBound..<text.lowerBound + bytes[text].prefix { $0.isNamePart }.count
  }

  private func withoutColon(_ word: Range<Int>) -> Diagnostic {
    let text = String(decoding: bytes[word], as: UTF8.self)
    return Diagnostic(
      .syntax, "not YAML: expected `:` after this key", at: file.span(word),
      help: "write `\(text):`", fixes: [.replace(file.span(word), with: "\(text):", isSafe: true)])
  }
}

/// Blocks and their places in the tree, told from indentation alone.
extension Repair {
  /// The line and the deeper ones below it, with brackets that only close.
  private func block(from first: Int) -> ClosedRange<Int>? {
    guard !isBlank(first) else { return nil }
    let indentation = indentation(first)
    var last = first
    var next = first + 1
    while next < file.lineStarts.count {
      if !isBlank(next) {
        let text = content(next)
        let closes = bytes[text].first.map { $0 == UInt8(ascii: "}") || $0 == UInt8(ascii: "]") }
        guard self.indentation(next) > indentation || closes == true else { break }
        last = next
      }
      next += 1
    }
    return first...last
  }

  /// The path of what a line holds.
  private func lost(_ line: Int) -> Damage {
    var keys: [String] = []
    var depth = indentation(line)
    var isItem = bytes[safe: file.lineStarts[line] + depth] == UInt8(ascii: "-")
    let own = isItem ? nil : key(of: line)
    var above = line - 1
    while above >= 0, depth > 0 || isItem {
      defer { above -= 1 }
      guard !isBlank(above) else { continue }
      let indentation = indentation(above)
      let startsItem = bytes[safe: file.lineStarts[above] + indentation] == UInt8(ascii: "-")
      guard indentation < depth || (isItem && !startsItem && indentation == depth) else { continue }
      depth = indentation
      isItem = startsItem
      if startsItem {
        // What is lost is in an item of a list; the list is as near as can be told.
        keys = []
      } else if bytes[content(above)].last == UInt8(ascii: ":") {
        keys.append(key(of: above) ?? "?")
      }
    }
    return Damage(parent: keys.reversed().joined(separator: "."), key: own)
  }

  private func key(of line: Int) -> String? {
    var text = bytes[content(line)]
    if let quote = text.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      text = text.dropFirst()
    }
    let name = text.prefix { $0.isNamePart || $0 == UInt8(ascii: "-") }
    guard !name.isEmpty, name.first != UInt8(ascii: "-") else { return nil }
    return String(decoding: name, as: UTF8.self)
  }

  private func line(_ byte: Int) -> Int { file.lineIndex(of: min(byte, bytes.count)) }

  private func range(_ line: Int) -> Range<Int> {
    let start = file.lineStarts[line]
    var end = line + 1 < file.lineStarts.count ? file.lineStarts[line + 1] : bytes.count
    while end > start, bytes[end - 1] == .newline || bytes[end - 1] == .carriageReturn { end -= 1 }
    return start..<end
  }

  /// Without indentation, comment and blanks at the end.
  private func content(_ line: Int) -> Range<Int> {
    let whole = range(line)
    var start = whole.lowerBound
    if start == 0, bytes.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
    while start < whole.upperBound, bytes[start].isBlank { start += 1 }
    var end = start
    while end < whole.upperBound {
      if bytes[end] == .hash, end == start || bytes[end - 1].isBlank { break }
      end += 1
    }
    while end > start, bytes[end - 1].isBlank { end -= 1 }
    return start..<end
  }

  private func indentation(_ line: Int) -> Int {
    bytes[range(line)].prefix { $0.isBlank }.count
  }

  /// Nothing but blanks and a comment.
  private func isBlank(_ line: Int) -> Bool { content(line).isEmpty }

  private mutating func blank(_ lines: ClosedRange<Int>) {
    for line in lines {
      for index in range(line) { bytes[index] = .space }
    }
  }
}

/// What can be told without parsing.
extension Repair {
  private mutating func blankControlCharacters() {
    var offset = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while offset < bytes.count {
      let width = forbidden(at: offset)
      if width > 0 {
        if diagnostics.count < Limits.syntaxErrors {
          var finding = EventStream.forbiddenCharacter(at: offset..<offset + width, in: file)
          let lost = lost(line(offset))
          finding.path = lost.path.isEmpty ? nil : lost.path
          damage.append(lost)
          append(finding)
        }
        for index in offset..<offset + width { bytes[index] = .space }
      }
      offset += max(1, width)
    }
  }

  /// The length of a character that YAML does not allow in a file, or that ends a line in one version of
  /// YAML and not in the other (U+0085, U+2028, U+2029); 0 for any other.
  private func forbidden(at offset: Int) -> Int {
    let byte = bytes[offset]
    if byte < .space {
      return byte == .tab || byte == .newline || byte == .carriageReturn ? 0 : 1
    }
    guard byte >= 0x7F, let next = bytes[safe: offset + 1] else { return byte == 0x7F ? 1 : 0 }
    if byte == 0x7F { return 1 }
    if byte == 0xC2 { return next < 0xA0 ? 2 : 0 }
    guard let last = bytes[safe: offset + 2] else { return 0 }
    if byte == 0xE2 { return next == 0x80 && (last == 0xA8 || last == 0xA9) ? 3 : 0 }
    guard byte == 0xEF else { return 0 }
    if next == 0xBB { return last == 0xBF ? 3 : 0 }
    return next == 0xBF && last >= 0xBE ? 3 : 0
  }

  /// Every line indented with a tab. Where a whole section is indented with tabs alone, each stands for
  /// one step of indentation, and the section is read; in a section that mixes them the structure is
  /// anybody's guess, and the lines are left out.
  private mutating func blankTabs() {
    let indented = file.lineStarts.indices.filter { line in
      bytes[file.lineStarts[line]...].prefix { $0.isBlank }.contains(.tab) && !isBlank(line)
    }
    guard !indented.isEmpty else { return }
    diagnostics += TabIndentation.diagnostics(in: file)
    var taken = -1
    for line in indented where line > taken {
      let section = section(of: line)
      if section.allSatisfy({ isIndentedAlike($0) }) {
        for line in section {
          for index in range(line) {
            guard bytes[index].isBlank else { break }
            bytes[index] = .space
          }
        }
        taken = section.upperBound
      } else {
        taken = leaveOut(from: line)
      }
    }
    reported.formUnion(indented)
  }

  /// Blank, not indented, or indented with tabs alone.
  private func isIndentedAlike(_ line: Int) -> Bool {
    isBlank(line) || bytes[range(line)].prefix { $0.isBlank }.allSatisfy { $0 == .tab }
  }

  /// From one line that is not indented up to the next.
  private func section(of line: Int) -> ClosedRange<Int> {
    func isStart(_ line: Int) -> Bool { !isBlank(line) && indentation(line) == 0 }
    var first = line
    while first > 0, !isStart(first) { first -= 1 }
    var last = line
    while last + 1 < file.lineStarts.count, !isStart(last + 1) { last += 1 }
    return first...last
  }

  /// - Returns: the last line that was left out.
  private mutating func leaveOut(from first: Int) -> Int {
    var above = first - 1
    while above > 0, isBlank(above) { above -= 1 }
    let depth = above >= 0 ? indentation(above) : 0
    var lost = Damage(parent: "", key: nil)
    if above >= 0 {
      lost = self.lost(above)
      if bytes[content(above)].last == UInt8(ascii: ":") {
        lost = Damage(parent: lost.path, key: nil)
      }
    }
    lost.key = key(of: first)
    damage.append(lost)
    var last = first
    while last + 1 < file.lineStarts.count {
      let next = last + 1
      let tabbed = bytes[range(next)].prefix { $0.isBlank }.contains(.tab)
      guard isBlank(next) || tabbed || indentation(next) > depth else { break }
      last = next
    }
    blank(first...last)
    return last
  }
}
