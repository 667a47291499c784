import Foundation
import RecipeLanguage
import TestSupport
import Testing

@testable import sousvide

/// The JSON Schema with every kind this build knows.
struct SchemaCommandTests {
  private static let root = Fixtures.directory.deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let file = root.appendingPathComponent("grammar/recipe.schema.json")

  /// `SOUSVIDE_RECORD_GOLDEN=1` writes the file anew.
  @Test func theFileOfTheGrammarIsCurrent() throws {
    let text = RecipeJSONSchema.text(.standard)
    if ProcessInfo.processInfo.environment["SOUSVIDE_RECORD_GOLDEN"] != nil {
      try text.write(to: Self.file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: Self.file, encoding: .utf8) == text)
  }

  /// Python's `jsonschema` accepts every recipe, and rejects nothing that the compiler accepts.
  @Test(.enabled(if: hasValidator, "NOT COMPARED with jsonschema: yaml and jsonschema are missing"))
  func whatTheSchemaRejectsTheCompilerRejects() throws {
    let recipes = Self.yaml(in: "recipes")
    let cases = Self.yaml(in: "Tests/RecipeLanguageTests/Golden") + Self.yaml(in: "grammar")
    let script = Self.root.appendingPathComponent("Tests/Peers/validate_schema.py").path
    let result = try #require(Self.python([script, Self.file.path] + recipes + cases))
    #expect(result.code == 0)
    var judged = 0
    for line in result.output.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      guard words.count == 2, let place = words[1].range(of: ".yaml") else { continue }
      let path = String(words[1][..<place.upperBound])
      judged += 1
      if recipes.contains(path) { #expect(words[0] == "accepted", "\(line)") }
      guard words[0] == "rejected" else { continue }
      let checked = RecipeChecker.check(path: path, vocabulary: .standard)
      #expect(checked.hasErrors, "\(line)")
    }
    #expect(judged == recipes.count + cases.count)
  }

  private static func yaml(in folder: String) -> [String] {
    let url = root.appendingPathComponent(folder)
    let names = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted().map { "\(url.path)/\($0)" }
  }

  /// Whether Python can import PyYAML and jsonschema: that of `PEERS_HOME`, or the system's.
  private static let hasValidator = python(["-c", "import yaml, jsonschema"])?.code == 0

  private static func python(_ arguments: [String]) -> (code: Int32, output: String)? {
    let home = ProcessInfo.processInfo.environment["PEERS_HOME"]
    return Program.run(home.map { "\($0)/venv/bin/python" } ?? "python3", arguments)
  }
}

/// Programs that a test asks, where they are installed.
enum Program {
  /// Nil when there is no such program.
  static func run(_ name: String, _ arguments: [String]) -> (code: Int32, output: String)? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus != 127 else { return nil }
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
