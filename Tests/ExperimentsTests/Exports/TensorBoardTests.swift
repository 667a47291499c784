import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("Exports for TensorBoard")
struct TensorBoardTests {
  /// RFC 3720, appendix B.4; the last is the check value of the catalogue of parametrised CRC algorithms.
  @Test func `checksums are those of the standard`() {
    let rising = (0..<32).map { UInt8($0) }
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum(rising) == 0x46DD_794E)
    #expect(CRC32C.checksum(rising.reversed()) == 0x113F_DB5C)
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
  }

  /// The bytes follow from the published encodings; the first is the record that begins every event file of
  /// TensorFlow, with the time 0.
  @Test func `records are framed, and their checksums masked`() {
    let version = TensorBoardEvent.version(at: 0)
    let zeros = [UInt8](repeating: 0, count: 8)
    let event: [UInt8] = [0x09] + zeros + [0x1A, 13] + Array("brain.Event:2".utf8)
    #expect(version.bytes == event)
    let record = Array(version.record)
    #expect(record.prefix(8) == [24, 0, 0, 0, 0, 0, 0, 0])
    // The length 24 is that of the version event of every writer, and so is its checksum.
    #expect(record[8..<12] == [0xA3, 0x7F, 0x4B, 0x22])
    #expect(Array(record[12..<36]) == event)
    #expect(record.count == 8 + 4 + 24 + 4)
    let checksum = CRC32C.checksum(event)
    let masked = (checksum >> 15 | checksum << 17) &+ 0xA282_EAD8
    let stored = record[36...].reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    #expect(stored == masked)
  }

  @Test func `scalars are values of a summary`() {
    let event = TensorBoardEvent(
      wallTime: 1, step: 300, content: .scalars([(tag: "a", value: 0.5)]))
    let value: [UInt8] = [0x0A, 1, 0x61, 0x15, 0, 0, 0, 0x3F]
    let bytes: [UInt8] =
      [0x09, 0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0x10, 0xAC, 0x02, 0x2A, 10, 0x0A, 8] + value
    #expect(event.bytes == bytes)
    // 150 is the example of protobuf.dev; a negative number takes ten bytes.
    #expect(ProtocolBuffer.integer(1, 150) == [0x08, 0x96, 0x01])
    #expect(ProtocolBuffer.variable(UInt64(bitPattern: -1)).count == 10)
  }

  @Test func `evaluations follow each other over all stages`() {
    let events = RunExport.events(
      [StepRecord(stage: "rl", algorithm: "grpo", step: 3, of: 4, values: ["b": 2, "a": 1])],
      [EvaluationRecord(stage: "rl", evaluation: "check", step: 4, values: ["accuracy": 0.5])],
      stages: [("eyes", 10), ("rl", 4)], at: 5)
    #expect(events.map(\.step) == [3, 14])
    guard case .scalars(let first) = events[0].content,
      case .scalars(let second) = events[1].content
    else {
      Issue.record("no scalars")
      return
    }
    #expect(first.map(\.tag) == ["rl/a", "rl/b"] && second.map(\.tag) == ["check/accuracy"])
  }

  @Test func `the same run makes the same file`() throws {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      let first = try RunExport.writeEvents(of: run, into: folder.appendingPathComponent("a"))
      let second = try RunExport.writeEvents(of: run, into: folder.appendingPathComponent("b"))
      #expect(first.count == 1 && first[0].path.contains("/a/quickstart/events.out.tfevents."))
      let contents = try (first + second).map { try Data(contentsOf: $0) }
      #expect(contents[0] == contents[1])
    }
  }

  @Test(.enabled(if: Peers.isAvailable, Comment(rawValue: Peers.absence)))
  func `TensorBoard's own reader reads what was written`() throws {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      let files = try RunExport.writeEvents(of: run, into: folder.appendingPathComponent("logs"))
      let result = try Peers.run(
        "check_tensorboard.py", [files[0].path, run.url(of: .metrics).path])
      guard result.code != Peers.notInstalled else { return }
      #expect(result.code == 0, "\(result.output)")
      #expect(result.output.contains("1743 events"), "\(result.output)")
    }
  }
}
