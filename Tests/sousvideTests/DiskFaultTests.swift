import Foundation
import Testing

@testable import sousvide

/// Runs on a disk that fills up, and on one that cannot be written: on a small file system in memory, which only
/// this process tree sees.
@Suite(.serialized) struct DiskFaultTests {
  /// Whether file systems can be mounted here: it takes root, or a kernel that lets anyone be root of a
  /// namespace.
  private static let mounts: [String]? = [["unshare", "-m"], ["unshare", "-r", "-m"]].first {
    (try? shell($0, "mount -t tmpfs tmpfs /mnt && umount /mnt"))?.code == 0
  }

  /// Runs a script with a file system of its own.
  private static func shell(
    _ words: [String], _ script: String, in folder: URL? = nil
  ) throws -> (code: Int32, text: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words + ["sh", "-c", script]
    process.currentDirectoryURL = folder
    process.standardInput = FileHandle.nullDevice
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  private static let isPossible = SousvideProgram.url != nil && mounts != nil

  /// Runs a recipe twice, into the folder `runs`: after something was done to it, and after it was mended.
  private func attempt(
    _ before: String, between: String, _ check: (_ said: String, _ folder: URL) throws -> Void
  ) async throws {
    let program = try #require(SousvideProgram.url).path
    let mounts = try #require(Self.mounts)
    try await with(["tiny.yaml": SignalTests.RunCommandTests.recipe]) { folder in
      let whole = try Self.shell(
        ["env"], "'\(program)' run tiny.yaml --runs whole --data data", in: folder)
      try #require(whole.code == 0, "\(whole.text)")
      let result = try Self.shell(
        mounts,
        """
        mkdir runs && \(before) || exit 99
        '\(program)' run tiny.yaml --runs runs --data data
        echo "first ended with $?"
        \(between) || exit 99
        '\(program)' run tiny.yaml --runs runs --data data
        echo "second ended with $?"
        for file in checkpoints/cold/model.safetensors checkpoints/rl/model.safetensors metrics.jsonl \\
          trace.jsonl evaluations/check/rl.jsonl
        do cmp "whole/tiny/$file" "runs/tiny/$file" && echo "same $file"; done
        """, in: folder)
      try #require(result.code != 99, "\(result.text)")
      #expect(result.text.contains("second ended with 0"), "\(result.text)")
      #expect(
        result.text.components(separatedBy: "\nsame ").count == 6,
        "as if nothing had happened: \(result.text)")
      try check(result.text, folder)
    }
  }

  @Test(
    .enabled(if: isPossible, "no file system can be mounted here"), arguments: [20, 60, 400, 700])
  func aFullDiskIsNamedAndTheRunGoesOnWhenThereIsRoom(kilobytes: Int) async throws {
    try await attempt(
      "mount -t tmpfs -o size=\(kilobytes)k tmpfs runs",
      between: "mount -o remount,size=64m runs"
    ) { said, _ in
      #expect(said.contains("first ended with 1"), "\(said)")
      #expect(
        said.contains("the disk is full") || said.contains("No space left on device"), "\(said)")
      #expect(said.contains("runs/"), "the file is named: \(said)")
    }
  }

  @Test(.enabled(if: isPossible, "no file system can be mounted here"))
  func aFolderThatCannotBeWrittenIsNamedBeforeAnythingIsDone() async throws {
    try await attempt(
      "mount -t tmpfs -o size=64m,ro tmpfs runs", between: "mount -o remount,rw runs"
    ) { said, _ in
      #expect(said.contains("first ended with 1"), "\(said)")
      #expect(said.contains("Read-only file system"), "\(said)")
      let before = said.prefix(upTo: try #require(said.range(of: "first ended")).lowerBound)
      #expect(!before.contains("sft, 12 steps"), "nothing was trained: \(said)")
    }
  }
}
