import Foundation
import TestSupport
import Testing

@testable import Rewards

@Suite struct TextCollectionTests {
  @Test func everyLineOfEveryTextIsAPassage() throws {
    try withTemporaryDirectory { folder in
      try Data("one\n\n  two \r\n".utf8).write(to: folder.appendingPathComponent("b.txt"))
      try Data("zero".utf8).write(to: folder.appendingPathComponent("a.md"))
      try Data("{}".utf8).write(to: folder.appendingPathComponent("c.json"))
      #expect(try TextCollection(contentsOf: folder).passages == ["zero", "one", "two"])
      let file = folder.appendingPathComponent("b.txt")
      #expect(try TextCollection(contentsOf: file).passages == ["one", "two"])
    }
  }

  @Test func whatCannotBeReadIsNamedWithItsLine() throws {
    try withTemporaryDirectory { folder in
      func message(_ name: String) -> String? {
        #expect(throws: TextCollectionError.self) {
          try TextCollection(contentsOf: folder.appendingPathComponent(name))
        }?.description
      }
      #expect(message("missing.txt")?.contains("missing.txt cannot be read: there is no") == true)
      #expect(message(".")?.contains("holds no passage") == true)
      try Data([0x61, 0x0A, 0xFF, 0x0A]).write(to: folder.appendingPathComponent("a.txt"))
      #expect(message("a.txt")?.hasSuffix("a.txt, line 2: the text is not UTF-8") == true)
      try Data("\n \n".utf8).write(to: folder.appendingPathComponent("b.txt"))
      #expect(message("b.txt")?.contains("holds no passage") == true)
    }
  }
}
