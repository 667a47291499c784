import Foundation
import TestSupport
import Testing

@testable import RecipeLanguage

struct FixTests {
  private let file = SourceFile(path: "r.yaml", text: "a: 1\nb: 2\nc: 3\n")

  private func finding(_ fixes: Fix...) -> Diagnostic {
    Diagnostic(.unknownKey, "m", at: file.span(0..<1), fixes: fixes)
  }

  private func replace(_ range: Range<Int>, _ text: String, safe: Bool = true) -> Fix {
    .replace(file.span(range), with: text, isSafe: safe)
  }

  private func apply(_ diagnostics: [Diagnostic], unsafe: Bool = false) -> String? {
    FixApplication.apply(diagnostics, to: [file], includeUnsafe: unsafe).files.first?.text
  }

  @Test func editsOfSeveralFindingsAreAppliedTogether() {
    let found = [finding(replace(10..<11, "see")), finding(replace(0..<1, "aye"))]
    #expect(apply(found) == "aye: 1\nb: 2\nsee: 3\n")
  }

  @Test func ofTwoThatTouchTheSameTextTheFirstWins() {
    #expect(
      apply([finding(replace(0..<4, "x")), finding(replace(3..<6, "y"))]) == "x\nb: 2\nc: 3\n")
    #expect(
      apply([finding(replace(5..<5, "x: 0\n")), finding(replace(5..<5, "y: 0\n"))])
        == "a: 1\nx: 0\nb: 2\nc: 3\n")
  }

  @Test func unsafeFixesWaitUntilTheyAreAskedFor() {
    let found = [finding(replace(0..<1, "x", safe: false), replace(0..<1, "y"))]
    #expect(apply(found) == "y: 1\nb: 2\nc: 3\n")
    #expect(apply(found, unsafe: true) == "x: 1\nb: 2\nc: 3\n")
    #expect(apply([finding(replace(0..<1, "x", safe: false))]) == nil)
  }

  @Test func aFixThatPointsOutsideItsFileIsLeftAlone() {
    let elsewhere = Fix(
      "t", isSafe: true, edits: [.init(.beginning(of: "other.yaml"), "x")])
    #expect(apply([finding(elsewhere)]) == nil)
  }

  /// One round uncovers what the next one mends, in the recipe and in the one it extends.
  @Test func fixesAreRepeatedInSeveralFilesUntilNothingChanges() throws {
    try withTemporaryDirectory { folder in
      let parent = folder.appendingPathComponent("parent.yaml")
      let child = folder.appendingPathComponent("child.yaml")
      let base = RecipeExample.base.replacing(
        "learning_rate: 1.0e-3", with: "learning_rate: 1e-3")
      try base.write(to: parent, atomically: true, encoding: .utf8)
      try "extends: parent.yaml\nabout:\n\ttitle: yes\n"
        .write(to: child, atomically: true, encoding: .utf8)
      let source = try SourceFile.read(child.path)
      let outcome = RecipeFixer.fix(
        source, vocabulary: TestVocabulary.all, includeUnsafe: false)
      #expect(outcome.result.diagnostics.filter { $0.severity != .note } == [])
      #expect(outcome.changed.map(\.path) == [child.path, parent.path])
      #expect(outcome.changed.first?.text == "extends: parent.yaml\nabout:\n  title: \"yes\"\n")
      #expect(outcome.changed.last?.text == RecipeExample.base)
      #expect(outcome.applied.count == 3)
      let untouched = try String(contentsOf: parent, encoding: .utf8)
      #expect(untouched == base)
    }
  }
}
