import Testing

@testable import Rewards

@Suite struct JSONTextTests {
  private func parse(_ text: String) throws -> JSONValue { try JSONText.parse(Array(text.utf8)) }

  @Test("values of every type, escapes and surrogate pairs")
  func values() throws {
    let value = try parse(
      #" {"a": [1, -2.5e1, true, false, null], "b": {"\u0063": "\n\"\\\/ \ud83c\udfac é"}} "#)
    #expect(
      value
        == .object([
          "a": .array([.number(1), .number(-25), .bool(true), .bool(false), .null]),
          "b": .object(["c": .string("\n\"\\/ \u{1F3AC} é")]),
        ]))
  }

  @Test("writing is canonical and reads back")
  func roundTrip() throws {
    let value = JSONValue.object([
      "z": .array([.number(3), .number(0.1), .string("a\u{1}\"\\\n")]), "a": .object([:]),
      "m": .array([]), "t": .bool(true), "n": .null,
    ])
    let text = try JSONText.write(value)
    #expect(
      text == #"{"a": {}, "m": [], "n": null, "t": true, "z": [3, 0.1, "a\u0001\"\\\n"]}"#)
    #expect(try parse(text) == value)
    #expect(throws: RewardError.self) { try JSONText.write(.number(.nan)) }
  }

  @Test(
    "text that is not JSON is refused where it stops being JSON",
    arguments: [
      ("", 1), ("[1,]", 4), ("[01]", 2), ("[1.]", 4), ("[1e]", 4), ("{\"a\" 1}", 6), ("tru", 1),
      ("\"a", 1), ("\"\u{1}\"", 2), ("\"\\x\"", 3), ("\"\\ud800\"", 2), ("[1] 2", 5),
      ("{\"a\": 1, \"a\": 2}", 10), ("1e999", 1), ("\"\\u12g4\"", 4), ("-", 1), ("nan", 1),
    ])
  func refused(_ text: String, _ column: Int) {
    do {
      let value = try parse(text)
      Issue.record("read \(value)")
    } catch RewardError.json(let line, let found, _) {
      #expect(line == 1 && found == column, "line \(line), column \(found)")
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test("hostile depth is refused, not followed")
  func depth() {
    let text = String(repeating: "[", count: 100_000)
    #expect(
      throws: RewardError.json(line: 1, column: 129, message: "nested deeper than 128 levels")
    ) {
      try parse(text)
    }
  }

  @Test("bytes that are not UTF-8 are refused")
  func notUnicode() {
    #expect(throws: RewardError.self) { try JSONText.parse([0x22, 0xFF, 0x22]) }
  }
}
