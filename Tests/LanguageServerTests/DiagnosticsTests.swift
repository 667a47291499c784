import Foundation
import TestSupport
import Testing

@testable import LanguageServer

/// What is published while somebody types.
struct DiagnosticsTests {
  @Test func aGoodRecipeHasNoErrors() throws {
    let editor = try Editor(EditorVocabulary.recipe)
    let found = editor.diagnostics["untitled:recipe.yaml"] ?? []
    #expect(found.filter { $0["severity"]?.integer == 1 } == [])
  }

  @Test func aMistakeIsShownWhereItIsAndGoesWhenItIsMended() throws {
    var editor = try Editor(EditorVocabulary.recipe)
    editor.write(EditorVocabulary.recipe.replacing("credit: perception", with: "credit: vision"))
    let found = try #require(editor.diagnostics["untitled:recipe.yaml"])
    let error = try #require(found.first { $0["severity"]?.integer == 1 })
    #expect(error["source"] == "sousvide")
    #expect(
      error["codeDescription"]?["href"]?.string?.hasPrefix("file:///diagnostics.md#sv") == true)
    let at = try editor.at("|vision}")
    #expect(error["range"]?["start"] == at["position"])
    editor.write(EditorVocabulary.recipe)
    #expect(editor.diagnostics["untitled:recipe.yaml"]?.contains(error) == false)
  }

  @Test func aBrokenTextHasItsFindings() throws {
    let editor = try Editor("sousvide: 1\nrewards: {a: [\nstages: x\n")
    #expect(!editor.codes().isEmpty)
  }

  @Test func whatIsUnusedIsFaded() throws {
    let editor = try Editor(
      EditorVocabulary.recipe.replacing("rl_rate: {cosine", with: "other: {cosine")
        .replacing("schedules.rl_rate", with: "1.0e-4"))
    let faded = editor.diagnostics["untitled:recipe.yaml"]?.filter { $0["tags"] == [1] } ?? []
    #expect(faded.count == 1)
  }

  @Test func anOpenParentComesBeforeTheDisk() throws {
    try withTemporaryDirectory { folder in
      let parent = folder.appendingPathComponent("parent.yaml")
      let child = folder.appendingPathComponent("child.yaml")
      let text = "extends: parent.yaml\nrun: {name: child}\n"
      try EditorVocabulary.recipe.write(to: parent, atomically: true, encoding: .utf8)
      try text.write(to: child, atomically: true, encoding: .utf8)
      var editor = try Editor(text, at: child.absoluteString)
      #expect(editor.diagnostics[child.absoluteString]?.contains { $0["severity"] == 1 } == false)

      let broken = EditorVocabulary.recipe.replacing("steps: 20", with: "steps: many")
      editor.open(broken, at: parent.absoluteString)
      let own = editor.diagnostics[parent.absoluteString]?.filter { $0["severity"] == 1 } ?? []
      #expect(own.count == 1, "once, though both recipes have it")
      editor.write(EditorVocabulary.recipe, at: parent.absoluteString)
      #expect(editor.diagnostics[parent.absoluteString]?.contains { $0["severity"] == 1 } == false)
    }
  }

  @Test func anErrorInAClosedParentIsPublishedThere() throws {
    try withTemporaryDirectory { folder in
      let parent = folder.appendingPathComponent("parent.yaml")
      let child = folder.appendingPathComponent("child.yaml")
      let broken = EditorVocabulary.recipe.replacing("steps: 20", with: "steps: many")
      try broken.write(to: parent, atomically: true, encoding: .utf8)
      var editor = try Editor("extends: parent.yaml\n", at: child.absoluteString)
      let key = try #require(editor.diagnostics.keys.first { $0.hasSuffix("parent.yaml") })
      let found = try #require(editor.diagnostics[key]?.first { $0["severity"] == 1 })
      let related = found["relatedInformation"]?.array ?? []
      #expect(related.contains { $0["location"]?["uri"]?.string == child.absoluteString })

      try EditorVocabulary.recipe.write(to: parent, atomically: true, encoding: .utf8)
      editor.notify(
        "workspace/didChangeWatchedFiles", ["changes": [["uri": .string(key), "type": 2]]])
      #expect(editor.diagnostics[key]?.contains { $0["severity"] == 1 } == false)
    }
  }
}
