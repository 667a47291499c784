/// Diagnostics as SARIF 2.1.0, the format that code review services and editors exchange.
enum SARIF {
  static func text(_ diagnostics: [Diagnostic], files: [SourceFile], version: String) -> String {
    let codes = Set(diagnostics.map(\.code)).sorted { $0.number < $1.number }
    let places = Dictionary(uniqueKeysWithValues: codes.enumerated().map { ($1, $0) })
    let sources = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    var seen: [String: Int] = [:]
    let results = diagnostics.map { diagnostic in
      let digest = fingerprint(diagnostic, sources[diagnostic.span.path])
      seen[digest, default: 0] += 1
      return result(
        diagnostic, rule: places[diagnostic.code] ?? 0,
        fingerprint: "\(digest):\(seen[digest] ?? 1)")
    }
    let page: JSONTree = [
      "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
      "version": "2.1.0",
      "runs": [
        [
          "tool": [
            "driver": [
              "name": "sousvide", "version": .string(version), "rules": .array(codes.map(rule)),
            ]
          ],
          "columnKind": "unicodeCodePoints",
          "results": .array(results),
        ]
      ],
    ]
    return page.text
  }

  private static func rule(_ code: DiagnosticCode) -> JSONTree {
    let why = code.explanation?.why ?? code.summary
    let help = "\(why)\n\nRun `sousvide explain \(code.name)` for an example."
    return [
      "id": .string(code.name), "name": .string(code.slug),
      "shortDescription": ["text": .string(code.summary)],
      "fullDescription": ["text": .string(why)],
      "help": ["text": .string(help), "markdown": .string(help)],
    ]
  }

  private static func result(
    _ diagnostic: Diagnostic, rule: Int, fingerprint: String
  ) -> JSONTree {
    let remarks =
      [diagnostic.message] + diagnostic.notes.map { "note: \($0)" }
      + (diagnostic.help.map { ["help: \($0)"] } ?? [])
    var members: [String: JSONTree] = [
      "ruleId": .string(diagnostic.code.name), "ruleIndex": .integer(rule),
      "level": .string(diagnostic.severity.rawValue),
      "message": ["text": .string(remarks.joined(separator: "\n"))],
      "locations": [location(diagnostic.span, diagnostic.label)],
      "partialFingerprints": ["sousvideFinding/v1": .string(fingerprint)],
      "properties": ["confidence": .string(diagnostic.confidence.rawValue)],
    ]
    if !diagnostic.secondary.isEmpty {
      members["relatedLocations"] = .array(
        diagnostic.secondary.enumerated().map { index, label in
          location(label.span, label.text).merging(["id": .integer(index + 1)])
        })
    }
    if !diagnostic.fixes.isEmpty { members["fixes"] = .array(diagnostic.fixes.map(fix)) }
    return .object(members)
  }

  private static func location(_ span: SourceSpan, _ label: String?) -> JSONTree {
    let physical: JSONTree = [
      "physicalLocation": ["artifactLocation": artifact(span.path), "region": region(span)]
    ]
    guard let label else { return physical }
    return physical.merging(["message": ["text": .string(label)]])
  }

  private static func fix(_ fix: Fix) -> JSONTree {
    let files = fix.edits.reduce(into: [String]()) { paths, edit in
      if !paths.contains(edit.span.path) { paths.append(edit.span.path) }
    }
    let changes = files.map { path -> JSONTree in
      let edits = fix.edits.filter { $0.span.path == path }
      return [
        "artifactLocation": artifact(path),
        "replacements": .array(
          edits.map { edit in
            [
              "deletedRegion": region(edit.span),
              "insertedContent": ["text": .string(edit.replacement)],
            ]
          }),
      ]
    }
    return ["description": ["text": .string(fix.title)], "artifactChanges": .array(changes)]
  }

  private static func region(_ span: SourceSpan) -> JSONTree {
    [
      "startLine": .integer(span.start.line), "startColumn": .integer(span.start.column),
      "endLine": .integer(span.end.line), "endColumn": .integer(span.end.column),
    ]
  }

  private static func artifact(_ path: String) -> JSONTree {
    let safe = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
    let escaped = path.utf8.reduce(into: "") { result, byte in
      if safe.contains(byte) {
        result.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        let digits = String(byte, radix: 16, uppercase: true)
        result += digits.count == 1 ? "%0\(digits)" : "%\(digits)"
      }
    }
    return ["uri": .string(path.hasPrefix("/") ? "file://\(escaped)" : escaped)]
  }

  /// The same for a finding whose line has only moved: its code, its setting and the text of its line
  /// (FNV-1a).
  private static func fingerprint(_ diagnostic: Diagnostic, _ file: SourceFile?) -> String {
    let line = file?.line(diagnostic.span.start.line) ?? ""
    let words = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    let identity = "\(diagnostic.code.name)\n\(diagnostic.path ?? "")\n\(words)"
    let hash = identity.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
