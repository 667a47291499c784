import Foundation
import Testing

@testable import sousvide

struct CheckCommandTests {
  @Test func aDocumentGoesToStandardOutputAlsoWhenNothingIsFound() async throws {
    try await with(["good.yaml": RecipeTemplate.grpo.text(named: "good"), "bad.yaml": "a: [\n"]) {
      folder in
      let good = await sousvide("check", "\(folder.path)/good.yaml", "--format", "json")
      #expect(good.code == 0)
      #expect(good.output.contains("\"schema\": \"sousvide.diagnostics/1\""))
      let bad = await sousvide(
        "check", "\(folder.path)/good.yaml", "\(folder.path)/bad.yaml", "--format=json")
      #expect(bad.code == 1)
      #expect(bad.error == "")
      let page = try JSONSerialization.jsonObject(with: Data(bad.output.utf8)) as? [String: Any]
      #expect((page?["diagnostics"] as? [Any])?.isEmpty == false)
    }
  }

  @Test func fixesAreWrittenAndTold() async throws {
    let good = RecipeTemplate.sft.text(named: "good")
    let bad = good.replacing(
      "learning_rate: {cosine: {peak: 2.0e-3", with: "learning_rate: {cosine: {peak: 2e-3")
    try await with(["recipe.yaml": bad]) { folder in
      let path = "\(folder.path)/recipe.yaml"
      let result = await sousvide("check", "--fix", path)
      #expect(result.code == 0, "\(result.error)")
      #expect(result.error.contains("fixed \(path):"))
      #expect(result.error.contains("SV1009 ambiguous-scalar: write `2.0e-3`"))
      let written = try String(contentsOfFile: path, encoding: .utf8)
      #expect(written == good)
    }
  }

  @Test func unsafeFixesNeedFixes() async {
    let result = await sousvide("check", "x.yaml", "--unsafe-fixes")
    #expect(result.code == 2)
    #expect(await sousvide("check", "-", "--fix").code == 2)
  }

  @Test func explainShowsACodeByNumberOrName() async {
    let result = await sousvide("explain", "missing-unit")
    #expect(result.code == 0)
    #expect(result.output.hasPrefix("SV2301 missing-unit\n"))
    let wrong = await sousvide("explain", "mising-unit")
    #expect(wrong.code == 2)
    #expect(wrong.error.contains("did you mean `missing-unit`?"))
  }

  @Test func colourAndEncodingFollowTheEnvironment() {
    #expect(Console.usesColour(["TERM": "xterm"], onTerminal: true))
    #expect(!Console.usesColour(["TERM": "xterm"], onTerminal: false))
    #expect(!Console.usesColour(["TERM": "dumb"], onTerminal: true))
    #expect(!Console.usesColour(["TERM": "xterm", "NO_COLOR": "1"], onTerminal: true))
    #expect(Console.usesColour(["CLICOLOR_FORCE": "1"], onTerminal: false))
    #expect(!Console.usesColour(["CLICOLOR_FORCE": "1", "NO_COLOR": "1"], onTerminal: false))
    #expect(Console.isASCII(["LANG": "C"]))
    #expect(!Console.isASCII(["LANG": "en_GB.UTF-8"]))
    #expect(Console.isASCII(["LANG": "en_GB.UTF-8", "LC_ALL": "POSIX"]))
    #expect(!Console.isASCII([:]))
  }
}
