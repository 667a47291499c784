import Foundation
import TestSupport
import Testing

@testable import Rewards

/// Files of records in the published layouts, whole and otherwise.
@Suite struct RecordReadingTests {
  /// VIDEOP2R's reinforcement file: every value is text.
  private static let published = [
    #"{"problem": "Which?", "options": "['A. cat', 'B. dog']", "solution": "<answer>B</answer>", "answer": "B", "path": "./a/1.mp4", "data_source": "LLaVA-Video-178K", "data_type": "video", "problem_type": "multiple choice", "problem_id": "7", "reward": "0.8", "select": "True"}"#,
    #"{"problem": "How many?", "options": "[]", "solution": "<answer>3</answer>", "answer": "", "path": "b/2.jpg", "data_type": "image", "problem_type": "numerical", "problem_id": "8", "reward": "", "select": "False"}"#,
  ]

  private func reading<Result>(
    _ bytes: [UInt8], named name: String = "records.json", _ rules: RecordRules = RecordRules(),
    _ body: ([DataRecord], RecordReport) throws -> Result
  ) throws -> Result {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent(name)
      try Data(bytes).write(to: file)
      let (records, report) = try DataRecord.read(file, rules)
      return try body(records, report)
    }
  }

  private func failure(
    _ bytes: [UInt8], named name: String = "records.json", _ rules: RecordRules = RecordRules()
  ) throws -> String {
    let error = try #require(throws: RewardError.self) {
      try reading(bytes, named: name, rules) { _, _ in }
    }
    return error.description
  }

  /// gzip without compression (RFC 1951, 3.2.4), made here so that the reader is not tested against its own library.
  private func gzip(_ text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? (crc >> 1) ^ 0xEDB8_8320 : crc >> 1 }
    }
    func little(_ value: UInt32, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(value >> (8 * $0) & 255) }
    }
    let length = UInt32(bytes.count)
    return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1] + little(length, 2) + little(~length, 2)
      + bytes + little(~crc, 4) + little(length, 4)
  }

  private var list: String { "[" + Self.published.joined(separator: ",\n ") + "]" }
  private var lines: String { Self.published.joined(separator: "\n\n") + "\n" }

  @Test func allFourFormsHoldTheSameRecords() throws {
    let forms: [(String, [UInt8])] = [
      ("records.json", Array(list.utf8)), ("records.json", Array("\u{FEFF}\(list)".utf8)),
      ("records.jsonl", Array(lines.utf8)), ("records.json.gz", gzip(list)),
      ("records.jsonl.gz", gzip(lines)), ("records.ndjson", Array(lines.dropLast().utf8)),
      // Told by its bytes, not by its name; and in two members.
      ("records.json", gzip(String(list.prefix(40))) + gzip(String(list.dropFirst(40)))),
    ]
    for (name, bytes) in forms {
      try reading(bytes, named: name) { records, report in
        #expect(records.map(\.problemID) == ["7", "8"], "\(name)")
        #expect(records.map(\.answer) == ["B", "3"])
        #expect(records[0].options == ["A. cat", "B. dog"] && records[1].options.isEmpty)
        #expect(records.map(\.dataType) == ["video", "image"])
        #expect(report.kept == 2 && report.droppedCount == 0)
      }
    }
  }

  /// A file that `gzip` itself compressed: `printf '[]\n' | gzip -n | base64`.
  @Test func compressedDataAreUnpacked() throws {
    let data = try #require(Data(base64Encoded: "H4sIAAAAAAAAA4uO5QIARNJocAMAAAA="))
    try reading(Array(data)) { records, _ in #expect(records.isEmpty) }
  }

  @Test func aFolderIsReadInTheOrderOfNames() throws {
    try withTemporaryDirectory { folder in
      for (part, record) in Self.published.enumerated() {
        try Data(gzip("[\(record)]")).write(
          to: folder.appendingPathComponent("rl.part\(2 - part)of2.json.gz"))
      }
      try Data("not records".utf8).write(to: folder.appendingPathComponent("README.md"))
      #expect(try DataRecord.read(folder, RecordRules()).records.map(\.problemID) == ["8", "7"])
      let empty = folder.appendingPathComponent("empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      let error = try #require(throws: RewardError.self) {
        try DataRecord.read(empty, RecordRules())
      }
      #expect(error.description.contains("is a folder without files of records"))
    }
  }

  @Test func columnsWrittenAsTextGetTheirTypes() throws {
    let rules = RecordRules(types: ["reward": .number, "select": .boolean])
    try reading(Array(list.utf8), rules) { records, _ in
      #expect(records[0].value(named: "item.reward") == .number(0.8))
      #expect(records[0].value(named: "item.select") == .boolean(true))
      #expect(records[1].value(named: "item.reward") == nil)
      #expect(records[1].value(named: "item.select") == .boolean(false))
    }
    #expect(
      try failure(Array(list.utf8), RecordRules(types: ["select": .number])).hasSuffix(
        "records.json: record 0: `select`: `True` is no number"))
    #expect(ColumnType.number.convert(.array([])) == nil)
    #expect(ColumnType.text.convert(.number(3)) == .string("3"))
    #expect(ColumnType.boolean.convert(.string(" ")) == nil)
  }

  @Test func aRecordWithoutATypeOfDataIsWhatItsFileIs() throws {
    let text = #"[{"problem": "q", "path": "x/Y.JPG", "problem_type": "OCR", "answer": "a"}]"#
    try reading(Array(text.utf8)) { records, _ in #expect(records[0].dataType == "image") }
  }

  private static let flawed: [(line: String, flaw: RecordFlaw)] = [
    (#"{"problem": "q""#, .notJSON), (#"{"problem": 3}"#, .column),
    (
      #"{"problem": "q", "path": "p", "problem_type": "multiple choice", "options": ["a", "b"], "answer": "c"}"#,
      .answer
    ),
    (#"{"problem": "q", "path": "p", "problem_type": "poetry", "answer": "a"}"#, .task),
    (#"{"problem": "q", "path": "no.mp4", "problem_type": "OCR", "answer": "a"}"#, .media),
  ]

  @Test func whatCannotBeUsedIsDroppedAndCounted() throws {
    try withTemporaryDirectory { folder in
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("a"), withIntermediateDirectories: true)
      for name in ["a/1.mp4", "p"] { try Data().write(to: folder.appendingPathComponent(name)) }
      let file = folder.appendingPathComponent("records.jsonl")
      var bytes: [UInt8] = []
      for _ in 0..<2 {
        for (line, _) in Self.flawed { bytes += Array("\(line)\n".utf8) }
        bytes += Array(#"{"problem": ""#.utf8) + [0xFF, 0xFE] + Array("\"}\n".utf8)
      }
      bytes += Array(Self.published[0].utf8)
      try Data(bytes).write(to: file)
      let rules = RecordRules(
        unusable: .drop, mediaFile: { folder.appendingPathComponent($0.path) })
      let (records, report) = try DataRecord.read(file, rules)
      #expect(records.map(\.problemID) == ["7"] && report.kept == 1)
      let flaws: [RecordFlaw] = [.notJSON, .notUTF8, .column, .answer, .task, .media]
      #expect(report.dropped.map(\.flaw) == flaws)
      #expect(report.dropped.allSatisfy { $0.count == 2 && $0.examples.count == 2 })
      #expect(report.lines[0] == "1 records kept, 12 dropped")
      #expect(
        report.lines[4].hasSuffix(
          "record 2: `answer`: `c` is none of the options a | b, …"))
      #expect(report.lines[6].contains("without its media"))
    }
  }

  @Test(arguments: 0..<5) func whatCannotBeUsedIsAnErrorOtherwise(index: Int) throws {
    let (line, flaw) = Self.flawed[index]
    let rules = RecordRules(mediaFile: { URL(fileURLWithPath: "/nowhere/\($0.path)") })
    let message = try failure(Array("\(line)\n".utf8), named: "records.jsonl", rules)
    switch flaw {
    case .notJSON: #expect(message.contains("records.jsonl: line 1, column"))
    case .column:
      #expect(message.hasSuffix("record 0: `problem`: expected a string, found a number"))
    case .answer: #expect(message.contains("record 0: `answer`: `c` is none of the options"))
    default: #expect(message.contains("record 0: `path`: there is no file"))
    }
  }

  @Test func passagesThatAreAlreadyThereAreKept() throws {
    let line = "{\(Self.question), \"path\": \"a.mp4\", \"passages\": [\"one\", \"two\"]}"
    try reading(Array(line.utf8), named: "records.jsonl") { records, _ in
      let record = try #require(records.first)
      #expect(record.passages == ["one", "two"] && record.text(of: "passages") == "one\ntwo")
      let copy = try JSONDecoder().decode(DataRecord.self, from: JSONEncoder().encode(record))
      #expect(copy == record)
    }
    let wrong = "{\(Self.question), \"path\": \"a.mp4\", \"passages\": [1]}"
    #expect(
      try failure(Array(wrong.utf8), named: "records.jsonl").hasSuffix(
        "`passages`: expected a list of strings"))
  }

  /// Video-R1's layout has reasoning and solution; what is taught is both, on lines of their own.
  @Test func aTraceIsTheOutputOrReasoningAndSolution() {
    var record = DataRecord(
      problemID: "1", problem: "q", answer: "B", path: "a.mp4", problemType: "multiple choice")
    #expect(record.trace.isEmpty)
    record.process = "<think>so</think>"
    #expect(record.trace == "<think>so</think>\n<answer>B</answer>")
    record.output = "whole"
    #expect(record.trace == "whole")
  }

  private static let question = #""problem": "q", "problem_type": "OCR", "answer": "a""#

  @Test func aRecordOfTextAloneNamesNoFile() throws {
    let line = "{\(Self.question), \"data_type\": \"text\"}"
    try reading(Array(line.utf8), named: "records.jsonl") { records, _ in
      let record = try #require(records.first)
      #expect(!record.hasMedia && record.path.isEmpty)
      let copy = try JSONDecoder().decode(DataRecord.self, from: JSONEncoder().encode(record))
      #expect(copy == record)
    }
    let rules = RecordRules(media: .none, mediaFile: { _ in URL(fileURLWithPath: "/nowhere") })
    try reading(Array("{\(Self.question)}".utf8), named: "records.jsonl", rules) { records, _ in
      #expect(records.map(\.dataType) == ["text"])
    }
  }

  @Test(arguments: [
    ("", RecordMedia.stated, "`path`: this column is required, unless `data_type` is `text`"),
    (#", "path": "", "data_type": "video""#, .stated, "`path`: this column is required"),
    (#", "path": "a.mp4", "data_type": "text""#, .stated, "names `a.mp4`, but `data_type` is"),
    (#", "path": "a.mp4""#, .none, "`path`: names `a.mp4`, but the data have no `media` folder"),
    (#", "data_type": "image""#, .none, "`data_type`: is `image`, but the data have no `media`"),
  ])
  func aRecordThatContradictsItselfAboutMediaIsNamed(
    columns: String, media: RecordMedia, expected: String
  ) throws {
    let line = "{\(Self.question)\(columns)}"
    let message = try failure(
      Array(line.utf8), named: "records.jsonl", RecordRules(media: media))
    #expect(message.contains("record 0: ") && message.contains(expected), "\(message)")
  }

  @Test func placesInALaterRecordAreThoseOfTheFile() throws {
    let text = Self.published[0] + "\n" + #"{"problem": "q",, }"# + "\n"
    #expect(
      try failure(Array(text.utf8), named: "records.jsonl").contains("line 2, column 17:"))
  }

  @Test func aFileCutAnywhereIsNamedAndItsWholeRecordsCanBeKept() throws {
    let whole: [(String, [UInt8])] = [
      ("records.json.gz", gzip(list)), ("records.jsonl.gz", gzip(lines)),
      ("records.json", Array(list.utf8)),
    ]
    for (name, bytes) in whole {
      for length in stride(from: 20, to: bytes.count - 1, by: 13) {
        let cut = Array(bytes.prefix(length))
        #expect(try failure(cut, named: name).contains("it is cut short after"))
        try reading(cut, named: name, RecordRules(unusable: .drop)) { records, report in
          #expect(records.map(\.problemID) == ["7", "8"].prefix(records.count).map { $0 })
          #expect(report.dropped.map(\.flaw) == [.cut])
        }
      }
    }
  }

  @Test func damagedGzipIsNamed() throws {
    var bytes = gzip(list)
    bytes[40] ^= 1
    #expect(try failure(bytes).contains("its gzip data are damaged: incorrect data check"))
    #expect(try failure([0x1F, 0x8B, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]).contains("damaged"))
    #expect(
      throws: RewardError.recordFile(
        path: "x",
        message: "unpacks to more than 100 bytes, the most that is held in memory here; split it")
    ) {
      try Gzip.inflate(Data(gzip(list)), path: "x", limit: 100)
    }
  }

  @Test func factsAreThoseOfTheUnpackedFileWithItsTypes() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("records.json.gz")
      try Data(gzip(list)).write(to: file)
      let facts = RecordFileFacts(
        path: file.path, name: "records.json.gz", folders: MediaFolders(media: folder),
        types: ["reward": .number, "select": .boolean])
      guard case .known(let columns) = facts.columns() else {
        Issue.record("not read")
        return
      }
      #expect(columns["reward"]?.kind == .number && columns["reward"]?.missing == 1)
      #expect(columns["select"]?.kind == .boolean)
      try Data(gzip(list).prefix(300)).write(to: file)
      let cut = RecordFileFacts(
        path: file.path, name: "records.json.gz", folders: MediaFolders(media: folder))
      guard case .unknown(let reason) = cut.recordCount() else {
        Issue.record("a part taken for the whole")
        return
      }
      #expect(reason == "records.json.gz is cut short after 1 whole records")
    }
  }

  private static let benchmark = """
    [{"id": 7, "question": "How far?", "video": "scene_1.mp4", "ground_truth": 2.5, "choices": null,
      "dataset": "arkit"},
     {"id": 8, "question": "Which one?", "video": "scene_2.mp4", "ground_truth": "B",
      "choices": ["A. left", "B. right"], "dataset": "arkit", "problem": "of another kind"}]
    """
  private static let benchmarkNames = RecordNames(
    [
      "problem_id": "id", "problem": "question", "path": "video", "answer": "ground_truth",
      "options": "choices", "data_source": "dataset",
    ], problemType: "regression")

  /// A file in the layout of a benchmark, with columns that the recipe names.
  @Test func aBenchmarkIsReadByTheNamesOfItsColumns() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("benchmark.json")
      try Data(Self.benchmark.utf8).write(to: file)
      let rules = RecordRules(names: Self.benchmarkNames)
      let records = try DataRecord.read(file, rules).records
      #expect(records.map(\.problem) == ["How far?", "Which one?"])
      #expect(records.map(\.problemID) == ["7", "8"])
      #expect(records.map(\.answer) == ["2.5", "B"])
      #expect(records.map(\.path) == ["scene_1.mp4", "scene_2.mp4"])
      #expect(records.map(\.options) == [[], ["A. left", "B. right"]])
      #expect(records.map(\.problemType) == ["regression", "multiple choice"])
      #expect(records.map(\.dataSource) == ["arkit", "arkit"])
      #expect(records.allSatisfy { $0.extra.isEmpty })

      let facts = RecordFileFacts(
        path: file.path, name: "benchmark.json", folders: MediaFolders(media: folder),
        names: Self.benchmarkNames)
      guard case .known(let columns) = facts.columns(), case .known(let items) = facts.itemDigests()
      else {
        Issue.record("not read")
        return
      }
      #expect(columns["problem_type"]?.values == ["multiple choice", "regression"])
      #expect(columns["question"] == nil && columns["problem"]?.kind == .text)
      #expect(items.count == 2)
    }
  }

  /// What is missing is named as the file calls it.
  @Test func aBenchmarkWithoutAColumnIsNamedByItsOwnName() throws {
    try withTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("benchmark.json")
      try Data(Self.benchmark.replacing("\"video\"", with: "\"clip\"").utf8).write(to: file)
      let error = #expect(throws: RewardError.self) {
        try DataRecord.read(file, RecordRules(names: Self.benchmarkNames))
      }
      #expect(
        error
          == .record(
            path: file.path, index: 0, field: "video",
            message: "this column is required, unless `data_type` is `text`"))
    }
  }
}
