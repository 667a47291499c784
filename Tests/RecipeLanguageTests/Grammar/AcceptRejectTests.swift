import Foundation
import Testing

@testable import RecipeLanguage

/// `grammar/accept` is read, and read as other tools do; `grammar/reject` is refused, each file with the
/// code its first line names.
struct AcceptRejectTests {
  static let grammar = GoldenTests.folder.deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("grammar")

  static func files(_ folder: String) -> [String] {
    let path = grammar.appendingPathComponent(folder).path
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.sorted()
  }

  private func source(_ folder: String, _ name: String) throws -> SourceFile {
    try SourceFile.read(Self.grammar.appendingPathComponent("\(folder)/\(name)").path)
  }

  @Test func casesAreFound() {
    #expect(Self.files("accept").count >= 15)
    #expect(Self.files("reject").count >= 20)
  }

  @Test(arguments: files("accept"))
  func accepted(name: String) throws {
    let read = TreeReader.read(try source("accept", name))
    #expect(read.diagnostics == [])
    #expect(read.root != nil)
  }

  @Test(arguments: files("reject"))
  func rejected(name: String) throws {
    let file = try source("reject", name)
    let code = file.line(1).dropFirst(2)
    let result = RecipeChecker.check(path: file.path, vocabulary: TestVocabulary.all)
    #expect(result.diagnostics.contains { $0.code.name == code }, "\(name) is not \(code)")
  }

  /// Every code of the text area is shown, save those that need a file of their own kind.
  @Test func everyRejectionHasACase() throws {
    let codes = try Set(
      Self.files("reject").map { try String(source("reject", $0).line(1).dropFirst(2)) })
    for number in 1001...1011 { #expect(codes.contains("SV\(number)"), "SV\(number)") }
  }

  /// Skipped, saying so, where Python or ruamel.yaml is missing.
  @Test func anotherReaderReadsTheSame() throws {
    let script = Self.grammar.deletingLastPathComponent()
      .appendingPathComponent("Tests/Peers/check_yaml.py")
    let home = ProcessInfo.processInfo.environment["PEERS_HOME"]
    let python = home.map { "\($0)/venv/bin/python" } ?? "python3"
    guard try run([python, "-c", "import ruamel.yaml"], input: "").code == 0 else {
      print("NOT COMPARED with a second YAML reader: no Python with ruamel.yaml at PEERS_HOME/venv")
      return
    }
    let lines = try Self.files("accept").map { name in
      let file = try source("accept", name)
      let root = try #require(TreeReader.read(file).root)
      let json = try JSONSerialization.data(withJSONObject: plain(root))
      return "\(file.path)\t\(String(decoding: json, as: UTF8.self))"
    }
    let result = try run([python, script.path], input: lines.joined(separator: "\n") + "\n")
    #expect(result.code == 0, "\(result.output)")
  }

  private func plain(_ node: Node) -> Any {
    switch node.content {
    case .rejected: return NSNull()
    case .scalar(let scalar): return [scalar.style == .plain ? "plain" : "quoted", scalar.text]
    case .sequence(let items): return items.map(plain)
    case .mapping(let entries):
      return Dictionary(entries.map { ($0.key, plain($0.value)) }) { first, _ in first }
    }
  }

  private func run(_ command: [String], input: String) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    let (standardInput, output) = (Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = output
    process.standardError = output
    try process.run()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }
}
