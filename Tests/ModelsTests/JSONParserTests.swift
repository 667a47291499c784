import Foundation
import Testing

@testable import Models

@Suite struct JSONParserTests {
  private func parse(_ text: String) throws -> JSONValue {
    try JSONNode(Data(text.utf8), path: "x").value
  }

  @Test(arguments: [
    (#"null"#, JSONValue.null), (" true ", .boolean(true)), ("-0", .integer(0)),
    ("9223372036854775807", .integer(.max)), ("9223372036854775808", .number(0x1p63)),
    ("1.5e3", .number(1500)), (#""""#, .string("")), ("[ ]", .array([])), ("{}", .object([])),
    (#""\u00e9\ud83d\ude42\n\/\"""#, .string("\u{E9}\u{1F642}\n/\"")),
    (#"{"b":1,"a":[2]}"#, .object([.init("b", .integer(1)), .init("a", .array([.integer(2)]))])),
  ])
  func reads(text: String, value: JSONValue) throws { #expect(try parse(text) == value) }

  @Test(arguments: [
    "", "{", "[1,]", "[1 2]", #"{"a"}"#, #"{"a":1,}"#, #"{a:1}"#, "01", "1.", ".5", "+1", "1e",
    "tru",
    "NaN", "Infinity", "1e400", #""abc"#, #""\x""#, #""\u12"#, #""\ud800""#, #""\ud800\u0041""#,
    "\"a\nb\"", "[1] 2", "'a'", #"{"a":1,"a":2}"#, "nul", "-", #""\u+123""#,
  ])
  func refuses(text: String) {
    let error = #expect(throws: ModelError.self) { try parse(text) }
    #expect(error?.description.hasPrefix("x: byte ") == true)
  }

  @Test func refusesTextThatIsNotUTF8() {
    let error = #expect(throws: ModelError.self) {
      try JSONNode(Data([0x22, 0xFF, 0x22]), path: "x")
    }
    #expect(error?.description == "x: byte 1: the string is not valid UTF-8")
  }

  @Test func readsBackWhatItWrites() throws {
    let value = JSONValue.object([
      .init("text", .string("a\"\\\n\t\u{1}\u{7F}\u{E9}\u{1F642}")),
      .init("numbers", .array([.integer(-7), .number(1e-6), .number(0.1), .number(1e300)])),
      .init("nothing", .array([])), .init("more", .object([.init("x", .null)])),
    ])
    #expect(try parse(value.text) == value)
  }
}
