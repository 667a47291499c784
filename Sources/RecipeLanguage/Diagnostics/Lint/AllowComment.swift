/// `# sousvide: allow(SV5107, SV5209) reason`: the findings on its line, or on the line below where it
/// stands alone, are left out.
struct AllowComment {
  var codes: [(name: String, span: SourceSpan)]
  var reason: String
  var span: SourceSpan
  /// The line it speaks about.
  var line: Int

  /// What a comment says to Sousvide: nil when it is for people, an error when it cannot be understood.
  static func read(
    _ comment: RecipeComment, speakingAbout line: Int, in file: SourceFile
  ) -> Result<AllowComment, Diagnostic>? {
    var cursor = ByteCursor(comment.text)
    cursor.skip { $0 == .hash || $0.isBlank }
    guard cursor.take("sousvide:") else { return nil }
    cursor.skip(while: \.isBlank)
    // `# sousvide: 1` is a setting that somebody has switched off.
    guard let first = cursor.peek, first.isLetter else { return nil }
    let start = comment.span.bytes.lowerBound
    let malformed = Diagnostic(
      .allowSyntax, "this comment allows nothing: Sousvide does not understand it",
      at: comment.span, help: "write `# sousvide: allow(SV5107) reason`")
    guard cursor.take("allow") else { return .failure(malformed) }
    cursor.skip(while: \.isBlank)
    guard cursor.take("(") else { return .failure(malformed) }
    var codes: [(name: String, span: SourceSpan)] = []
    while true {
      cursor.skip(while: \.isBlank)
      let begin = cursor.offset
      cursor.skip(while: \.isNamePart)
      guard cursor.offset > begin else { return .failure(malformed) }
      let span = file.span(start + begin..<start + cursor.offset)
      codes.append((cursor.text(begin..<cursor.offset), span))
      cursor.skip(while: \.isBlank)
      if cursor.take(",") { continue }
      guard cursor.take(")") else { return .failure(malformed) }
      break
    }
    cursor.skip(while: \.isBlank)
    let reason = cursor.text(cursor.offset..<cursor.bytes.count)
    return .success(AllowComment(codes: codes, reason: reason, span: comment.span, line: line))
  }

  /// The comments to Sousvide in a file, and what is wrong with others.
  static func all(in file: SourceFile) -> (allowed: [AllowComment], wrong: [Diagnostic]) {
    // Nearly no recipe has one, so nearly none is read a second time.
    guard file.text.contains("sousvide: allow") || file.text.contains("# sousvide:") else {
      return ([], [])
    }
    let comments = Comments(of: file).all
    let alone = Set(comments.filter(\.standsAlone).map(\.line))
    var allowed: [AllowComment] = []
    var wrong: [Diagnostic] = []
    for comment in comments {
      var line = comment.line
      // Of several comments above a line each speaks about that line.
      while comment.standsAlone, alone.contains(line) { line += 1 }
      switch read(comment, speakingAbout: line, in: file) {
      case nil: break
      case .success(let comment): allowed.append(comment)
      case .failure(let diagnostic): wrong.append(diagnostic)
      }
    }
    return (allowed, wrong)
  }
}
