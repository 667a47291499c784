import Foundation
import TestSupport
import Testing

@testable import LanguageServer

/// Hover, definitions, references, renames, structure.
struct NavigationTests {
  private func hover(_ place: String, in text: String = EditorVocabulary.recipe) throws -> String {
    var editor = try Editor(text)
    let answer = try editor.request("textDocument/hover", try editor.at(place))
    return answer["contents"]?["value"]?.string ?? ""
  }

  @Test func aKeyIsExplained() throws {
    let page = try hover("pa|ys: 0.2")
    #expect(page.contains("value inside the window"))
    #expect(page.contains("a number above 0") && page.contains("default: `0.2`"))
    let window = try hover("win|dow: \"${params")
    #expect(window.contains("here: `16..64 tok`"), "\(window)")
  }

  @Test func aValueSaysWhatItReplaced() throws {
    try withTemporaryDirectory { folder in
      let parent = folder.appendingPathComponent("parent.yaml")
      let child = folder.appendingPathComponent("child.yaml").absoluteString
      try EditorVocabulary.recipe.write(to: parent, atomically: true, encoding: .utf8)
      var editor = try Editor("extends: parent.yaml\nstages: {rl: {steps: 30}}\n", at: child)
      let answer = try editor.request("textDocument/hover", try editor.at("st|eps: 30", child))
      let page = answer["contents"]?["value"]?.string ?? ""
      #expect(page.contains("here: `30`") && page.contains("replaces `20` of `parent.yaml`, line"))
    }
  }

  @Test func aKindIsExplained() throws {
    #expect(try hover("kind: len|gth").contains("pays inside a window"))
    #expect(try hover("split: tr|ain").contains("which part"))
  }

  @Test func aRewardShowsItsRange() throws {
    let page = try hover("when: corr|ect > 0")
    #expect(
      page.contains("reward") && page.contains("0 to 1") && page.contains("credits `reasoning`"))
    #expect(try hover("think_len|gth:").contains("values: 0, 0.2"))
  }

  @Test func namesShowWhatTheyStandFor() throws {
    #expect(try hover("process: perc|eption").contains("segments: `observation`"))
    #expect(try hover("credit: reas|oning").contains("`think`, `answer`"))
    #expect(try hover("init: wa|rm").contains("supervised fine-tuning"))
  }

  @Test func aCodeInACommentIsExplained() throws {
    #expect(
      try hover("allow(SV20|01)", in: "# sousvide: allow(SV2001) x\n").contains("unknown-key"))
  }

  @Test func nothingIsSaidWhereNothingIs() throws {
    var editor = try Editor("# words\n\n" + EditorVocabulary.recipe)
    for line in [0, 1] {
      let params: JSON = [
        "textDocument": ["uri": "untitled:recipe.yaml"],
        "position": ["line": JSON(line), "character": 3],
      ]
      #expect(try editor.request("textDocument/hover", params) == .null)
    }
  }

  @Test(arguments: [
    ("of: [obs|ervation]", "|observation: {process"), ("judge: suff|iciency", "|sufficiency:\n"),
    ("when: corr|ect", "|correct: {kind"), ("credit: perc|eption", "|perception}"),
    ("segment.obs|ervation", "|observation: {process"), ("schedules.rl|_rate", "|rl_rate: {cos"),
    ("params.think|_window", "|think_window: {type"), ("after: [r|l]", "|rl:\n"),
    ("data: ques|tions, after", "|questions: {kind"), ("init: wa|rm", "|warm: {algorithm"),
  ])
  func aNameLeadsToItsDefinition(_ use: String, _ definition: String) throws {
    var editor = try Editor(EditorVocabulary.recipe)
    let places = try editor.request("textDocument/definition", try editor.at(use)).array
    #expect(places?.count == 1)
    let start = try editor.at(definition)["position"]
    #expect(places?.first?["range"]?["start"] == start)
  }

  @Test func referencesIncludeExpressions() throws {
    var editor = try Editor(EditorVocabulary.recipe)
    var params = try editor.at("|correct: {kind")
    guard case .object(let members) = params else { return }
    params = .object(members + [.init("context", ["includeDeclaration": false])])
    #expect(try editor.request("textDocument/references", params).array?.count == 1)
    let all = try editor.request("textDocument/documentHighlight", try editor.at("|correct: {kind"))
    #expect(all.array?.compactMap { $0["kind"]?.integer } == [3, 2])
  }

  private func renamed(
    _ place: String, _ name: String, in text: String = EditorVocabulary.recipe
  ) throws -> String {
    var editor = try Editor(text)
    let place = try editor.at(place)
    _ = try editor.request("textDocument/prepareRename", place)
    guard case .object(let members) = place else { return "" }
    let answer = try editor.request(
      "textDocument/rename", .object(members + [.init("newName", .string(name))]))
    let edits = answer["changes"]?["untitled:recipe.yaml"]?.array ?? []
    return try editor.apply(edits, to: text)
  }

  @Test(arguments: [
    ("segment.obs", "observation", "seen"), ("judge: suff", "sufficiency", "critic"),
    ("when: corr", "correct", "right"), ("credit: perc", "perception", "sight"),
    ("schedules.rl", "rl_rate", "decay"), ("params.think", "think_window", "budget"),
    ("init: w", "warm", "cold"), ("data: ques", "questions", "problems"),
    ("held", "held_out", "final"),
  ])
  func aRenameChangesEveryUse(_ place: String, _ old: String, _ new: String) throws {
    let text = EditorVocabulary.recipe
    let result = try renamed(place + "|", new)
    let word = try Regex("\\b\(old)\\b").wordBoundaryKind(.simple)
    #expect(result == text.replacing(word, with: new))
    let before = try Editor(text)
    let after = try Editor(result)
    #expect(after.codes() == before.codes())
  }

  @Test func namesThatCannotBeAreRefused() throws {
    var editor = try Editor(EditorVocabulary.recipe)
    guard case .object(let members) = try editor.at("when: corr|ect") else { return }
    for name in ["", "1st", "a b", "and", "none", "sufficient", "ä"] {
      let answer = editor.ask(
        "textDocument/rename", .object(members + [.init("newName", .string(name))]))
      #expect(answer["error"]?["code"]?.integer == -32803, "\(name)")
    }
    let nothing = editor.ask("textDocument/prepareRename", try editor.at("pa|ys: 0.2"))
    #expect(nothing["error"] != nil)
  }

  @Test func aRenameReachesParentsAndSiblingsInTheFolder() throws {
    try withTemporaryDirectory { folder in
      let uri = { (name: String) in folder.appendingPathComponent(name).absoluteString }
      let parent = EditorVocabulary.recipe
      let sibling = "extends: parent.yaml\nrewards:\n  correct: {primary: false}\n"
      let child = "extends: parent.yaml\nrewards: {think_length: {when: correct > 0}}\n"
      for (name, text) in [("parent", parent), ("sibling", sibling), ("child", child)] {
        try text.write(
          to: folder.appendingPathComponent("\(name).yaml"), atomically: true, encoding: .utf8)
      }
      var editor = try Editor(child, at: uri("child.yaml"))
      guard case .object(let members) = try editor.at("when: corr|ect", uri("child.yaml")) else {
        return
      }
      let answer = try editor.request(
        "textDocument/rename", .object(members + [.init("newName", "right")]))
      guard case .object(let changes)? = answer["changes"] else { return }
      let names = Set(changes.compactMap { $0.key.split(separator: "/").last.map(String.init) })
      #expect(names == ["parent.yaml", "child.yaml", "sibling.yaml"])
      let edits = changes.flatMap { $0.value.array ?? [] }
      #expect(edits.count == 4)
    }
  }

  @Test func theOutlineHasSectionsNamesAndKeys() throws {
    var editor = try Editor(EditorVocabulary.recipe)
    let symbols = try editor.request(
      "textDocument/documentSymbol", ["textDocument": ["uri": "untitled:recipe.yaml"]])
    let rewards = try #require(symbols.array?.first { $0["name"] == "rewards" })
    let names = rewards["children"]?.array?.compactMap { $0["name"]?.string }
    #expect(names == ["sufficient", "correct", "think_length"])
    #expect(rewards["children"]?.array?.first?["detail"] == "judge")
    let folds = try editor.request(
      "textDocument/foldingRange", ["textDocument": ["uri": "untitled:recipe.yaml"]])
    #expect(
      folds.array?.contains { $0["startLine"] == rewards["range"]?["start"]?["line"] } == true)
  }

  @Test func selectionsGrow() throws {
    var editor = try Editor(EditorVocabulary.recipe)
    let place = try #require(try editor.at("suff|icient > 0")["position"])
    let answer = try editor.request(
      "textDocument/selectionRange",
      ["textDocument": ["uri": "untitled:recipe.yaml"], "positions": [place]])
    var depth = 0
    var range = answer.array?.first
    while let inner = range {
      depth += 1
      range = inner["parent"]
    }
    #expect(depth >= 5)
  }

  @Test func interpolationsShowTheirValue() throws {
    var editor = try Editor(EditorVocabulary.recipe)
    let answer = try editor.request(
      "textDocument/inlayHint",
      [
        "textDocument": ["uri": "untitled:recipe.yaml"],
        "range": [
          "start": ["line": 0, "character": 0], "end": ["line": 999, "character": 0],
        ],
      ])
    let labels = answer.array?.compactMap { $0["label"]?.string } ?? []
    #expect(labels.contains("= 16..64 tok"))
  }

  @Test func expressionsHaveTokens() throws {
    var editor = try Editor(EditorVocabulary.recipe)
    let answer = try editor.request(
      "textDocument/semanticTokens/full", ["textDocument": ["uri": "untitled:recipe.yaml"]])
    #expect(answer["data"]?.array?.count == 7 * 5)
  }
}
