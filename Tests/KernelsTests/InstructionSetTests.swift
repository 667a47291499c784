import Foundation
import Kernels
import Testing

/// Code of one instruction-set tier must not reach processors of another, neither by its own
/// instructions nor through a symbol that the linker merges.
@Suite("Instruction sets", .enabled(if: ObjectFiles.canBeRead, "needs objdump and nm"))
struct InstructionSetTests {
  private static let modules = ["Kernels", "KernelsX86V3", "KernelsX86V4", "KernelsX86BF16"]

  @Test("only V4 and BF16 use 512-bit registers, only they and V3 use 256-bit ones")
  func registers() throws {
    let wide = try Self.modules.map { try ObjectFiles.uses("%zmm", in: $0) }
    #expect(wide == [false, false, true, true])
    let middle = try Self.modules.prefix(2).map { try ObjectFiles.uses("%ymm", in: $0) }
    #expect(middle == [false, true])
  }

  @Test("only BF16 multiplies bfloat16 numbers and uses tiles", arguments: ["dpbf16ps", "%tmm"])
  func pairs(_ text: String) throws {
    let users = try Self.modules.map { try ObjectFiles.uses(text, in: $0) }
    #expect(users == [false, false, false, true])
  }

  /// Around a short reduction, clearing, storing and loading the sums costs as much as an eighth of it.
  @Test("the sums of a float32 tile never pass through memory", arguments: modules.dropFirst())
  func sums(_ module: String) throws {
    let tiles = try ObjectFiles.code(of: module).filter {
      $0.name.contains("microTile") && $0.name.contains("Float32P")
    }
    #expect(tiles.count >= 6)
    for tile in tiles {
      #expect(!tile.text.contains("memset"), "\(tile.name)")
      #expect(
        tile.text.firstMatch(of: /%[yz]mm\d+,-?(0x)?[0-9a-f]*\(%r[sb]p\)/) == nil, "\(tile.name)")
    }
  }

  @Test("no function is defined by two tier modules")
  func symbols() throws {
    let modules = try Self.modules.map(ObjectFiles.functions)
    #expect(modules.allSatisfy { !$0.isEmpty })
    for (index, module) in modules.enumerated() {
      for other in modules[(index + 1)...] { #expect(module.isDisjoint(with: other)) }
    }
  }
}

/// The object files of this build, beside the test program.
private enum ObjectFiles {
  static var canBeRead: Bool {
    ["/usr/bin/objdump", "/usr/bin/nm"].allSatisfy(FileManager.default.isExecutableFile(atPath:))
  }

  static func files(of module: String) throws -> [String] {
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let folder = URL(fileURLWithPath: program).deletingLastPathComponent()
      .appendingPathComponent("\(module).build")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    return names.filter { $0.hasSuffix(".o") }.map { folder.appendingPathComponent($0).path }
  }

  static func uses(_ text: String, in module: String) throws -> Bool {
    try disassembly(of: module).contains(text)
  }

  /// The functions of a module, with the calls in them by name.
  static func code(of module: String) throws -> [(name: Substring, text: Substring)] {
    try disassembly(of: module).split(separator: "\n\n").compactMap { part in
      guard let header = part.firstMatch(of: /<(.*)>:\n/) else { return nil }
      return (header.1, part[header.range.upperBound...])
    }
  }

  private static func disassembly(of module: String) throws -> String {
    try output("/usr/bin/objdump", ["-dr", "--no-show-raw-insn"] + files(of: module))
  }

  /// Names of defined functions that the linker sees from outside, weak ones included.
  static func functions(of module: String) throws -> Set<String> {
    let lines = try output("/usr/bin/nm", ["--defined-only", "--extern-only"] + files(of: module))
    return Set(
      lines.split(separator: "\n").compactMap { line in
        let fields = line.split(separator: " ")
        return fields.count == 3 && ["T", "W"].contains(fields[1]) ? String(fields[2]) : nil
      })
  }

  private static func output(_ tool: String, _ arguments: [String]) throws -> String {
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: tool)
    process.arguments = arguments
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
