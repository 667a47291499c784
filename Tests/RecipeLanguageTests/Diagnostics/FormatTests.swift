import Foundation
import Testing

@testable import RecipeLanguage

/// The formats for programs: what they promise, checked on what a parser reads back.
struct FormatTests {
  private let file = SourceFile(
    path: "a b/recipe,1.yaml", text: "about: {title: \"x\"}\nmodl: {}\nlast: 100%\n")

  private var diagnostics: [Diagnostic] {
    [
      Diagnostic(
        .unknownKey, "a recipe has no key `modl`", at: file.span(20..<24), label: "here",
        secondary: [.init(span: file.span(0..<5), text: "beside this")],
        notes: ["100% of keys\nare used"], help: "did you mean `model`?",
        fixes: [.replace(file.span(20..<24), with: "model", isSafe: true)], path: "modl"),
      Diagnostic(
        .unknownKey, severity: .warning, confidence: .heuristic, "again", at: file.span(20..<33)),
    ]
  }

  private func json(_ format: DiagnosticFormat) throws -> [String: Any] {
    let text = format.text(diagnostics, files: [file], version: "1.2.3")
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any])
  }

  @Test func jsonHoldsEveryPartOfAFinding() throws {
    let page = try json(.json)
    #expect(page["schema"] as? String == "sousvide.diagnostics/1")
    let list = try #require(page["diagnostics"] as? [[String: Any]])
    #expect(list.count == 2)
    let first = try #require(list.first)
    #expect(
      Set(first.keys) == [
        "code", "slug", "severity", "confidence", "message", "span", "label", "labels", "path",
        "notes", "help", "fixes",
      ])
    #expect(first["code"] as? String == "SV2001")
    #expect(first["slug"] as? String == "unknown-key")
    #expect(first["severity"] as? String == "error")
    #expect(first["path"] as? String == "modl")
    let span = try #require(first["span"] as? [String: Any])
    #expect(span["file"] as? String == "a b/recipe,1.yaml")
    #expect(span["start"] as? [String: Int] == ["line": 2, "column": 1])
    #expect(span["end"] as? [String: Int] == ["line": 2, "column": 5])
    let fix = try #require((first["fixes"] as? [[String: Any]])?.first)
    #expect(fix["safe"] as? Bool == true)
    let edit = try #require((fix["edits"] as? [[String: Any]])?.first)
    #expect(edit["replacement"] as? String == "model")
    #expect(list[1]["path"] is NSNull)
  }

  @Test func jsonIsTheSameTextEveryTime() {
    let once = DiagnosticFormat.json.text(diagnostics, files: [file], version: "1")
    #expect(once == DiagnosticFormat.json.text(diagnostics, files: [file], version: "1"))
    #expect(
      DiagnosticFormat.json.text([], files: [], version: "1")
        == "{\n  \"diagnostics\": [],\n  \"schema\": \"sousvide.diagnostics/1\"\n}\n")
  }

  @Test func jsonEscapesWhatTextMayHold() {
    let tree: JSONTree = ["k\"": "a\\\"\n\t\u{1}\u{2028}é🎞"]
    #expect(tree.text == "{\n  \"k\\\"\": \"a\\\\\\\"\\n\\t\\u0001\\u2028é🎞\"\n}\n")
  }

  /// The properties that SARIF 2.1.0 requires, and those that code review services need besides.
  @Test func sarifHasTheShapeThatTheStandardAsksFor() throws {
    let log = try json(.sarif)
    #expect(log["version"] as? String == "2.1.0")
    #expect((log["$schema"] as? String)?.contains("sarif-2.1.0") == true)
    let run = try #require((log["runs"] as? [[String: Any]])?.first)
    #expect(run["columnKind"] as? String == "unicodeCodePoints")
    let tool = try #require(run["tool"] as? [String: Any])
    let driver = try #require(tool["driver"] as? [String: Any])
    #expect(driver["name"] as? String == "sousvide")
    #expect(driver["version"] as? String == "1.2.3")
    let rules = try #require(driver["rules"] as? [[String: Any]])
    #expect(rules.map { $0["id"] as? String } == ["SV2001"])
    for key in ["shortDescription", "fullDescription", "help"] {
      let text = try #require(rules[0][key] as? [String: Any])["text"] as? String
      #expect(text?.isEmpty == false)
    }
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count == 2)
    for result in results {
      #expect(result["ruleId"] as? String == "SV2001")
      #expect(result["ruleIndex"] as? Int == 0)
      #expect(["error", "warning", "note"].contains(result["level"] as? String))
      #expect((result["message"] as? [String: Any])?["text"] is String)
      let location = try #require((result["locations"] as? [[String: Any]])?.first)
      let physical = try #require(location["physicalLocation"] as? [String: Any])
      let artifact = try #require(physical["artifactLocation"] as? [String: Any])
      #expect(artifact["uri"] as? String == "a%20b/recipe%2C1.yaml")
      let region = try #require(physical["region"] as? [String: Int])
      #expect(Set(region.keys) == ["startLine", "startColumn", "endLine", "endColumn"])
      #expect(region.values.allSatisfy { $0 >= 1 })
    }
    let prints = results.compactMap {
      ($0["partialFingerprints"] as? [String: String])?["sousvideFinding/v1"]
    }
    #expect(Set(prints).count == 2)
    let fix = try #require((results[0]["fixes"] as? [[String: Any]])?.first)
    let change = try #require((fix["artifactChanges"] as? [[String: Any]])?.first)
    #expect(change["artifactLocation"] != nil)
    let replacement = try #require((change["replacements"] as? [[String: Any]])?.first)
    #expect(replacement["deletedRegion"] != nil)
    #expect((replacement["insertedContent"] as? [String: String])?["text"] == "model")
    #expect((results[0]["relatedLocations"] as? [[String: Any]])?.count == 1)
  }

  @Test func aFingerprintFollowsALineThatMoves() throws {
    let moved = SourceFile(path: file.path, text: "# a comment\n" + file.text)
    let shift = "# a comment\n".utf8.count
    let finding = Diagnostic(.unknownKey, "m", at: file.span(20..<24), path: "modl")
    let after = Diagnostic(
      .unknownKey, "m", at: moved.span(20 + shift..<24 + shift), path: "modl")
    func fingerprint(_ diagnostic: Diagnostic, _ file: SourceFile) throws -> String {
      let text = DiagnosticFormat.sarif.text([diagnostic], files: [file], version: "1")
      let line = text.split(separator: "\n").first { $0.contains("sousvideFinding/v1") }
      return String(try #require(line))
    }
    #expect(try fingerprint(finding, file) == fingerprint(after, moved))
  }

  @Test func workflowCommandsAreEscaped() {
    let text = DiagnosticFormat.github.text(diagnostics, files: [file], version: "1")
    #expect(
      text == """
        ::error file=a b/recipe%2C1.yaml,line=2,col=1,endColumn=4,title=SV2001 unknown-key::a recipe \
        has no key `modl`%0Anote: 100%25 of keys%0Aare used%0Ahelp: did you mean `model`?
        ::warning file=a b/recipe%2C1.yaml,line=2,endLine=3,title=SV2001 unknown-key::again

        """)
  }

  @Test func shortIsOneLineForEachFinding() {
    #expect(
      DiagnosticFormat.short.text(diagnostics, files: [file], version: "1") == """
        a b/recipe,1.yaml:2:1: error[SV2001 unknown-key]: a recipe has no key `modl`
        a b/recipe,1.yaml:2:1: warning[SV2001 unknown-key]: again

        """)
  }
}
