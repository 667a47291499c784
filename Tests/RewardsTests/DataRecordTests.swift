import Foundation
import TestSupport
import Testing

@testable import Rewards

@Suite struct DataRecordTests {
  private func load(_ text: String) throws -> [DataRecord] {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("records.json")
      try Data(text.utf8).write(to: url)
      return try DataRecord.load(url)
    }
  }

  private func message(_ text: String) -> String {
    do {
      _ = try load(text)
      return "(no error)"
    } catch {
      return "\(error)".split(separator: "/").last.map(String.init) ?? "\(error)"
    }
  }

  @Test("a record of the published layout, options as a list")
  func publishedLayout() throws {
    let records = try load(
      """
      [{"problem_id": 17, "problem": "Which?", "options": ["A. left", "B. up"],
        "solution": "<answer>A</answer>", "answer": "A", "path": "./clips/1.mp4",
        "data_type": "video", "problem_type": "multiple choice", "data_source": "STAR",
        "observation": "o", "process": "p", "output": "all", "reward": 1.0, "select": true}]
      """)
    let record = try #require(records.first)
    #expect(record.problemID == "17")
    #expect(record.options == ["A. left", "B. up"])
    #expect(record.answer == "A")
    #expect(record.extra == ["reward": .number(1), "select": .bool(true)])
    #expect(record.text(of: "options") == "A. left\nB. up")
    #expect(record.text(of: "reward") == "1")
    #expect(record.text(of: "nothing") == nil)
  }

  @Test(
    "options inside strings, as in the reinforcement file",
    arguments: [
      (#""[\"a\", \"b\"]""#, ["a", "b"]), (#""['a', \"it's\"]""#, ["a", "it's"]),
      (#""['it\\'s', 'x, y']""#, ["it's", "x, y"]), (#""""#, []), (#""[]""#, []), ("null", []),
      ("[]", []),
    ])
  func optionForms(_ json: String, _ expected: [String]) throws {
    let records = try load(
      #"[{"problem": "q", "path": "p", "problem_type": "t", "answer": "a", "options": \#(json)}]"#)
    #expect(records.first?.options == expected)
  }

  @Test("the answer is taken out of its tag when it stands nowhere else")
  func taggedAnswer() throws {
    let records = try load(
      #"[{"problem": "q", "path": "p", "problem_type": "t", "solution": "<answer> 0 to 3 </answer>"}]"#
    )
    #expect(records.first?.answer == "0 to 3")
    #expect(records.first?.solution == "<answer> 0 to 3 </answer>")
  }

  @Test("what is written is read back, unknown columns and spans included")
  func roundTrip() throws {
    let record = DataRecord(
      problemID: "9", problem: "when \"is\" it\n?", answer: "0 to 3", path: "clips/9.mp4",
      problemType: "temporal grounding", observation: "red \u{1F3AC}", family: "when",
      spans: [.init(label: "red", start: 0, end: 3.5)],
      extra: ["question": .object(["family": .string("when"), "n": .number(2), "ok": .bool(true)])])
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("records.json")
      try DataRecord.save([record, record], to: url)
      #expect(try DataRecord.load(url) == [record, record])
      let first = try Data(contentsOf: url)
      try DataRecord.save([record, record], to: url)
      #expect(try Data(contentsOf: url) == first)
      #expect(String(decoding: first, as: UTF8.self).split(separator: "\n").count == 4)
      let coded = try JSONEncoder().encode(record)
      #expect(try JSONDecoder().decode(DataRecord.self, from: coded) == record)
    }
  }

  @Test(
    "a file that cannot be used says where and why",
    arguments: [
      ("[{\"a\": 1,}]", "records.json: line 1, column 10: expected a key in quotes"),
      ("[\n 1 2]", "records.json: line 2, column 4: expected `,` or `]`"),
      ("{}", "records.json: expected a list of records, found an object"),
      ("[3]", "records.json: record 0: `(whole record)`: expected an object, found a number"),
      (
        #"[{"problem": "q", "path": "p", "problem_type": "t", "answer": "a"}, {"problem": 3}]"#,
        "records.json: record 1: `problem`: expected a string, found a number"
      ),
      (
        #"[{"problem": "q"}]"#,
        "records.json: record 0: `path`: this column is required, unless `data_type` is `text`"
      ),
      (
        #"[{"problem": "q", "path": "p", "problem_type": "t"}]"#,
        "records.json: record 0: `answer`: neither `answer` nor `solution` holds one"
      ),
      (
        #"[{"problem": "q", "path": "p", "problem_type": "t", "answer": "a", "options": [1]}]"#,
        "records.json: record 0: `options`: expected a list of strings, or a string that holds one"
      ),
      (
        #"[{"problem": "q", "path": "p", "problem_type": "t", "answer": "a", "data_type": "gif"}]"#,
        "records.json: record 0: `data_type`: expected `video`, `image` or `text`, found `gif`"
      ),
      (
        #"[{"problem": "q", "path": "p", "problem_type": "t", "answer": "a", "spans": [{"label": "x", "start": 3, "end": 1}]}]"#,
        "records.json: record 0: `spans`: expected {label, start, end} in seconds with start <= end"
      ),
    ])
  func badFiles(_ text: String, _ expected: String) {
    #expect(message(text) == expected)
  }

  @Test("a file that is not there is named")
  func absent() {
    #expect(throws: RewardError.self) {
      try DataRecord.load(URL(fileURLWithPath: "/nowhere/records.json"))
    }
  }
}
