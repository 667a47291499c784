import Foundation
import Models
import Testing

@testable import Experiments

/// Archives that are made to do harm, or harmed: none gets beyond the folder, and none becomes a run.
@Suite("Hostile bundles")
struct HostileBundleTests {
  struct Case: CustomStringConvertible, Sendable {
    var description: String
    var said: String
    var bytes: Data
  }

  private static let recipe = Data("a: 1\n".utf8)

  private static func entry(
    _ path: String, _ data: Data, size: Int? = nil, role: String? = nil
  ) -> String {
    let role = role ?? BundleRole(path: path)?.rawValue ?? "recipe"
    return """
      {"path":"\(path)","size":\(size ?? data.count),"sha256":"\(Digest.sha256(data))","role":"\(role)"}
      """
  }

  private static func manifest(
    _ entries: [String], schema: String = "sousvide.bundle/1"
  ) -> HandmadeZIP.Member {
    .init(
      "MANIFEST.json",
      Data(
        """
        {"schema":"\(schema)","run":"r","references":[],"members":[\(entries.joined(separator: ","))]}
        """.utf8))
  }

  private static let good = HandmadeZIP.Member("recipe.yaml", recipe)
  private static let listed = entry("recipe.yaml", recipe)

  /// A good bundle with a member that is not.
  private static func with(
    _ member: HandmadeZIP.Member, listing entries: [String] = []
  ) -> Data {
    HandmadeZIP.data([manifest([listed] + entries), good, member])
  }

  static let cases: [Case] = {
    let text = Data("x".utf8)
    var cases: [Case] = []
    func add(_ name: String, _ said: String, _ bytes: Data) {
      cases.append(Case(description: name, said: said, bytes: bytes))
    }
    let names: [(String, String)] = [
      ("/etc/passwd", "absolute path"), ("../up.yaml", "leads out"),
      ("recipe/../../up.yaml", "leads out"), ("recipe\\up.yaml", "does not list"),
      ("C:/recipe.yaml", "colon"), ("recipe//a.yaml", "empty part"), ("recipe/./a.yaml", "dot"),
      ("recipe/a\u{7}.yaml", "control"), ("state/lock", "nothing of that name"),
      (".ssh/authorized_keys", "nothing of that name"),
      ("recipe/" + String(repeating: "a", count: 300), "too long"),
      ("data/questions/media/../../../up.mp4", "leads out"),
      ("data/questions/records/a:b", "colon"), ("data/questions/else/a", "nothing of that name"),
      ("collection/../up.txt", "leads out"), ("data/questions/roots//a", "empty part"),
    ]
    for (name, said) in names { add("a member \(name.prefix(24))", said, with(.init(name, text))) }
    for (name, said) in names where !name.contains("\u{7}") && !name.contains("\\") {
      add(
        "a listed member \(name.prefix(24))", said,
        with(.init(name, text), listing: [entry(name, text)]))
    }
    let link = HandmadeZIP.Member("graph.json", Data("/etc/passwd".utf8), mode: 0o120777)
    add("a link", "a link", with(link, listing: [entry("graph.json", link.data)]))
    for (kind, mode) in [("device", 0o020644), ("device", 0o060644)] {
      add(
        "a \(kind) \(mode)", "a \(kind)",
        with(.init("graph.json", text, mode: UInt32(mode)), listing: [entry("graph.json", text)]))
    }
    add("a folder", "a folder", with(.init("recipe/", Data(), mode: 0o040755)))
    add("a member twice", "twice", HandmadeZIP.data([manifest([listed]), good, good]))
    add("two manifests", "twice", with(manifest([listed])))
    add("a member listed twice", "twice", HandmadeZIP.data([manifest([listed, listed]), good]))
    add(
      "names that differ in case only", "twice",
      HandmadeZIP.data([
        manifest([listed, entry("recipe/a.yaml", text), entry("recipe/A.yaml", text)]), good,
      ]))
    add("more members than listed", "does not list", with(.init("graph.json", text)))
    add(
      "a member that is missing", "is missing",
      HandmadeZIP.data([manifest([listed, entry("graph.json", text)]), good]))
    add(
      "more bytes than listed", "the manifest says 1",
      with(
        .init("graph.json", Data(repeating: 48, count: 1 << 20)),
        listing: [entry("graph.json", text)]))
    add(
      "other bytes than listed", "SHA-256",
      with(.init("graph.json", Data("y".utf8)), listing: [entry("graph.json", text)]))
    add(
      "a size below nothing", "impossible size",
      with(.init("graph.json", text), listing: [entry("graph.json", text, size: -1)]))
    add(
      "sizes beyond all numbers", "impossible size",
      with(.init("graph.json", text), listing: [entry("graph.json", text, size: .max)]))
    add(
      "a size beyond the disk", "are free",
      with(.init("graph.json", text), listing: [entry("graph.json", text, size: 1 << 60)]))
    add(
      "another role", "the role `report`",
      with(.init("graph.json", text), listing: [entry("graph.json", text, role: "report")]))
    add(
      "a newer layout", "later version",
      HandmadeZIP.data([manifest([listed], schema: "sousvide.bundle/3"), good]))
    add(
      "another program's layout", "of layout `else/1`",
      HandmadeZIP.data([manifest([listed], schema: "else/1"), good]))
    add("no manifest", "its first member is not", HandmadeZIP.data([good]))
    add("no recipe", "it has no recipe.yaml", HandmadeZIP.data([manifest([])]))
    add(
      "a manifest of no sense", "not a JSON object",
      HandmadeZIP.data([.init("MANIFEST.json", Data("[".utf8)), good]))
    add("no archive", "is not a bundle", Data("#!/bin/sh\n".utf8))
    add("nothing", "is not a bundle", Data())
    add(
      "half an archive", "is not a bundle", HandmadeZIP.data([manifest([listed]), good]).prefix(90))
    return cases
  }()

  @Test(arguments: cases) func noneIsUnpacked(_ hostile: Case) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-hostile-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("b.zip")
    try hostile.bytes.write(to: file)
    let bundle = RunBundle(file)
    let error = #expect(throws: BundleError.self) {
      _ = try bundle.unpack(into: folder.appendingPathComponent("run"))
    }
    #expect(error.map { "\($0)".contains(hostile.said) } == true, "\(error.map { "\($0)" } ?? "")")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["b.zip"])
    do {
      #expect(
        try bundle.verified().contains { if case .failed = $0.outcome { true } else { false } })
    } catch is BundleError {}
  }

  @Test func thereAreAtLeastTwenty() { #expect(Self.cases.count >= 20) }

  @Test func theSameHandmadeArchiveIsUnpackedWhenItIsGood() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-good-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("b.zip")
    try HandmadeZIP.data([Self.manifest([Self.listed]), Self.good]).write(to: file)
    let run = try RunBundle(file).unpack(into: folder.appendingPathComponent("run")).run
    #expect(try run.read(.recipe) == Self.recipe)
  }
}
