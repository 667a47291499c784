import Database
import Foundation
import Rewards
import TestSupport
import Testing

@testable import Judges

/// The tape: what was said stays said, whoever asks and whatever happens to the file.
@Suite struct JudgeTapeTests {
  private func answer(_ key: String, label: String = "Yes", score: Double = 1) -> TapeAnswer {
    TapeAnswer(
      key: key, judge: "sufficiency", model: "m", prompt: "p",
      shown: [.init(path: "segment.observation", text: "red \u{0} \"left\"\n\u{1F534}")],
      answer: "well\n<judgement>\(label)</judgement>",
      verdict: JudgeVerdict(score: score, label: label, explanation: "well"),
      usage: TokenUsage(input: 12, output: 3))
  }

  private func path(_ folder: URL) -> URL { folder.appendingPathComponent("runs/judges.sqlite") }

  @Test("an answer comes back as it went in, also after the tape was closed")
  func roundTrip() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let tape = try JudgeTape(at: path(folder))
      #expect(try tape.answer("k") == nil)
      #expect(try tape.keep(answer("k")) == answer("k"))
      #expect(try JudgeTape(at: path(folder)).answer("k") == answer("k"))
      #expect(try tape.answers(prompt: "p") == [answer("k")])
      #expect(try tape.answers(prompt: "q").isEmpty)
    }
  }

  @Test("the first answer stays, and whoever comes second gets it")
  func first() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let one = try JudgeTape(at: path(folder))
      let two = try JudgeTape(at: path(folder))
      _ = try one.keep(answer("k", label: "Yes", score: 1))
      #expect(try two.keep(answer("k", label: "No", score: 0)).verdict.label == "Yes")
    }
  }

  private func failure(_ key: String, _ cause: JudgeFailureCause = .refusal) -> TapeFailure {
    TapeFailure(key: key, JudgeFailure(cause, "it \u{0} will \"not\"", isFinal: cause == .server))
  }

  @Test("a failure comes back as it went in, until the question is answered")
  func failures() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let tape = try JudgeTape(at: path(folder))
      #expect(try tape.failure("k") == nil)
      try tape.keep(failure("k"))
      try tape.keep(failure("k", .server))
      #expect(try JudgeTape(at: path(folder), isReplay: true).failure("k") == failure("k", .server))
      #expect(try tape.answer("k") == nil)
      _ = try tape.keep(answer("k"))
      #expect(try tape.failure("k") == nil)
      // Another process may give up what this one has answered.
      try tape.keep(failure("k"))
      #expect(try tape.failure("k") == nil)
      try tape.keep(failure("l"))
      try tape.execute("UPDATE failures SET cause = 'boredom'")
      #expect(
        throws: JudgeError.damagedTape(path: tape.path, message: "the failure l is not readable")
      ) { try tape.failure("l") }
    }
  }

  @Test("a tape of the layout without failures is read as it is, and taken further when written")
  func firstLayout() async throws {
    try await withAsyncTemporaryDirectory { folder in
      do {
        let tape = try JudgeTape(at: path(folder))
        _ = try tape.keep(answer("k"))
        try tape.execute("DROP TABLE failures")
        try tape.execute("DROP TABLE models")
        try tape.execute("DROP TABLE media")
        try tape.execute("ALTER TABLE answers DROP COLUMN digest")
        try tape.execute("PRAGMA user_version = 1")
      }
      let replay = try JudgeTape(at: path(folder), isReplay: true)
      #expect(try replay.answer("k") == answer("k"))
      #expect(try replay.failure("l") == nil)
      #expect(try replay.digest(ofModel: "models/judge") == nil)
      let tape = try JudgeTape(at: path(folder))
      try tape.keep(failure("l"))
      #expect(try tape.failure("l") == failure("l"))
      #expect(try JudgeTape(at: path(folder)).answer("k") == answer("k"))
    }
  }

  @Test("a tape of the layout without models keeps its failures, and learns of models")
  func secondLayout() async throws {
    try await withAsyncTemporaryDirectory { folder in
      do {
        let tape = try JudgeTape(at: path(folder))
        try tape.keep(failure("l"))
        try tape.execute("DROP TABLE models")
        try tape.execute("DROP TABLE media")
        try tape.execute("ALTER TABLE answers DROP COLUMN digest")
        try tape.execute("PRAGMA user_version = 2")
      }
      #expect(
        try JudgeTape(at: path(folder), isReplay: true).digest(ofModel: "models/judge") == nil)
      let tape = try JudgeTape(at: path(folder))
      try tape.note(model: "models/judge", digest: "a")
      try tape.note(model: "models/judge", digest: "b")
      #expect(try tape.digest(ofModel: "models/judge") == "b")
      #expect(try tape.failure("l") == failure("l"))
      #expect(
        try JudgeTape(at: path(folder), isReplay: true).digest(ofModel: "models/judge") == "b")
    }
  }

  @Test("a tape of the layout without media keeps its models, and learns of media")
  func thirdLayout() async throws {
    try await withAsyncTemporaryDirectory { folder in
      do {
        let tape = try JudgeTape(at: path(folder))
        try tape.note(model: "models/judge", digest: "a")
        try tape.execute("DROP TABLE media")
        try tape.execute("ALTER TABLE answers DROP COLUMN digest")
        try tape.execute("PRAGMA user_version = 3")
      }
      let replay = try JudgeTape(at: path(folder), isReplay: true)
      #expect(try replay.digest(ofMedia: "a.mp4") == nil && replay.name(ofMedia: "1") == nil)
      #expect(try replay.digest(ofModel: "models/judge") == "a")
      let tape = try JudgeTape(at: path(folder))
      try tape.note(media: "a.mp4", digest: "1")
      try tape.note(media: "b.mp4", digest: "1")
      try tape.note(media: "a.mp4", digest: "2")
      #expect(try tape.digest(ofMedia: "a.mp4") == "2" && tape.digest(ofMedia: "b.mp4") == "1")
      #expect(try tape.name(ofMedia: "1") == "b.mp4" && tape.name(ofMedia: "3") == nil)
      #expect(try tape.digest(ofModel: "models/judge") == "a")
    }
  }

  @Test("an answer of the layout without digests is read, and one that was changed since is named")
  func fourthLayout() async throws {
    try await withAsyncTemporaryDirectory { folder in
      do {
        let tape = try JudgeTape(at: path(folder))
        _ = try tape.keep(answer("k"))
        try tape.execute("ALTER TABLE answers DROP COLUMN digest")
        try tape.execute("PRAGMA user_version = 4")
      }
      #expect(try JudgeTape(at: path(folder), isReplay: true).answer("k") == answer("k"))
      let tape = try JudgeTape(at: path(folder))
      #expect(try tape.answer("k") == answer("k"))
      _ = try tape.keep(answer("l"))
      #expect(try tape.answer("l") == answer("l"))
      for change in ["score = 0.25", "label = 'no'", "shown = '[]'", "output_tokens = 7"] {
        try tape.execute("UPDATE answers SET \(change) WHERE key = 'l'")
        #expect(
          throws: JudgeError.damagedTape(
            path: tape.path, message: "the answer l is not readable"), "\(change)"
        ) { try tape.answer("l") }
        try tape.execute("DELETE FROM answers WHERE key = 'l'")
        _ = try tape.keep(answer("l"))
      }
    }
  }

  @Test("what a tape was asked for is enough for another one")
  func used() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let heard = Entries()
      let tape = try JudgeTape(at: path(folder), used: { heard.add($0) })
      _ = try tape.keep(answer("k"))
      try tape.keep(failure("l"))
      try tape.note(model: "models/judge", digest: "a")
      try tape.note(media: "a.mp4", digest: "1")
      _ = try tape.keep(answer("never asked for"))
      let entries = heard.all.filter { entry in
        if case .answer(let answer) = entry { answer.key != "never asked for" } else { true }
      }
      let lines = try JSONEncoder().encode(entries)
      let again = try JudgeTape(
        JSONDecoder().decode([TapeEntry].self, from: lines), of: folder)
      #expect(try again.answer("k") == answer("k"))
      #expect(try again.failure("l") == failure("l"))
      #expect(try again.digest(ofModel: "models/judge") == "a")
      #expect(try again.digest(ofMedia: "a.mp4") == "1")
      #expect(try again.answer("never asked for") == nil)
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(TapeEntry.self, from: Data(#"{"song": {}}"#.utf8))
      }
    }
  }

  @Test("several connections write at once, and nothing is lost")
  func concurrent() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let url = path(folder)
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for writer in 0..<4 {
          tasks.addTask {
            let tape = try JudgeTape(at: url)
            for index in 0..<25 {
              _ = try tape.keep(answer("shared \(index)"))
              _ = try tape.keep(answer("\(writer) \(index)"))
            }
          }
        }
        try await tasks.waitForAll()
      }
      #expect(try JudgeTape(at: url).answers(prompt: "p").count == 25 + 4 * 25)
    }
  }

  @Test("a damaged tape is moved aside and named, and a new one begun")
  func damaged() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let url = path(folder)
      for number in 1...2 {
        do {
          let tape = try JudgeTape(at: url)
          for index in 0..<200 { _ = try tape.keep(answer("\(index)")) }
          try tape.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        }
        let file = try FileHandle(forUpdating: url)
        try file.seek(toOffset: number == 1 ? 0 : 4096 * 3)
        try file.write(contentsOf: Data(repeating: 0x5A, count: 9000))
        try file.close()

        let heard = Announcements()
        let tape = try JudgeTape(at: url, announce: { heard.add($0) })
        #expect(try tape.answer("1") == nil)
        #expect(heard.all.count == 1)
        #expect(heard.all.first?.contains("judges.sqlite.damaged-\(number)") ?? false)
        #expect(FileManager.default.fileExists(atPath: "\(url.path).damaged-\(number)"))
      }
    }
  }

  @Test("a replay leaves a damaged tape where it is, and says so")
  func damagedReplay() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("judges.sqlite")
      try Data(repeating: 0x5A, count: 9000).write(to: url)
      #expect {
        try JudgeTape(at: url, isReplay: true)
      } throws: { error in
        if case JudgeError.damagedTape(url.path, _) = error { true } else { false }
      }
      #expect(try Data(contentsOf: url).count == 9000)
      let absent = folder.appendingPathComponent("none.sqlite")
      #expect(throws: JudgeError.noTape(path: absent.path)) {
        try JudgeTape(at: absent, isReplay: true)
      }
      #expect(!FileManager.default.fileExists(atPath: absent.path))
    }
  }

  @Test("a row that is no answer is named, not guessed")
  func unreadableRow() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let tape = try JudgeTape(at: path(folder))
      _ = try tape.keep(answer("k"))
      try tape.execute("UPDATE answers SET shown = 'half a lis'")
      #expect(
        throws: JudgeError.damagedTape(path: tape.path, message: "the answer k is not readable")
      ) { try tape.answer("k") }
      try tape.execute("UPDATE answers SET shown = '[]', score = 7")
      #expect(throws: JudgeError.self) { try tape.answer("k") }
    }
  }

  @Test("a full disk is named, and loses nothing that was kept")
  func fullDisk() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let tape = try JudgeTape(at: path(folder))
      for index in 0..<20 { _ = try tape.keep(answer("\(index)")) }
      // SQLite's own way to say that there is no room for another page.
      try tape.execute("PRAGMA max_page_count = 1")
      var kept = 20
      #expect(throws: JudgeError.diskFull(path: tape.path)) {
        for index in 20..<2000 {
          _ = try tape.keep(answer("\(index)"))
          kept += 1
        }
      }
      #expect(try JudgeTape(at: path(folder)).answers(prompt: "p").count == kept)
      try tape.execute("PRAGMA max_page_count = 100000")
      _ = try tape.keep(answer("later"))
      #expect(try tape.answer("later") != nil)
    }
  }

  @Test("a database of another program, or of a later version, is left alone")
  func foreign() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("other.sqlite")
      let database = try SQLiteDatabase(path: url.path, mayCreate: true)
      try database.run("CREATE TABLE notes (text TEXT)")
      #expect(
        throws: JudgeError.tape(
          path: url.path, message: "is a database of another program, not a tape")
      ) { try JudgeTape(at: url) }

      let tape = try JudgeTape(at: path(folder))
      try tape.execute("PRAGMA user_version = 99")
      #expect(
        throws: JudgeError.tape(
          path: tape.path, message: "is a tape of layout 99, which a later version has written")
      ) { try JudgeTape(at: path(folder)) }
    }
  }

  @Test("a tape in a place that is no folder is a named error")
  func noFolder() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("file")
      try Data().write(to: file)
      #expect(throws: JudgeError.self) {
        try JudgeTape(at: file.appendingPathComponent("judges.sqlite"))
      }
    }
  }
}
