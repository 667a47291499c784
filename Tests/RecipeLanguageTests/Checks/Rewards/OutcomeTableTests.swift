import Testing

@testable import RecipeLanguage

/// The joint outcomes of a scope, against a full enumeration.
struct OutcomeTableTests {
  /// A small generator with a fixed seed (SplitMix64), so that a failure can be repeated.
  private struct Generator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private struct RandomReward {
    var name: String
    var kind: String
    var segments: [String]
    var credit: String
    var gate: String?

    var line: String {
      let extra =
        switch kind {
        case "length": ", window: 4..16 tok, pays: 0.5"
        case "judge": ", judge: sufficiency"
        default: ""
        }
      let when = gate.map { ", when: \"\($0)\"" } ?? ""
      let list = segments.joined(separator: ", ")
      return "  \(name): {kind: \(kind), of: [\(list)], credit: \(credit)\(extra)\(when)}"
    }

    /// Values for a response in which these segments are complete.
    func values(complete: Set<String>) -> [Double] {
      let needed = kind == "judge" ? segments + ["observation"] : segments
      guard complete.isSuperset(of: needed) else { return [0] }
      return kind == "format" ? [1] : [0, kind == "length" ? 0.5 : 1]
    }
  }

  private static let names = ["observation", "think", "answer"]

  private func recipe(_ generator: inout Generator) -> [RandomReward] {
    let count = Int.random(in: 2...6, using: &generator)
    var rewards: [RandomReward] = []
    for index in 0..<count {
      let kind = ["format", "accuracy", "length", "judge"].randomElement(using: &generator)
      let segments = Self.names.filter { _ in Bool.random(using: &generator) }
      var gate: String?
      if let a = rewards.randomElement(using: &generator)?.name,
        let b = rewards.randomElement(using: &generator)?.name, Bool.random(using: &generator)
      {
        gate = [
          "\(a) > 0", "\(a) > 0 and \(b) > 0", "not \(a) > 0 or \(b) >= 0.5", "\(a) + \(b) > 1",
          "if(\(a) > 0, \(b) > 0, true)",
        ].randomElement(using: &generator)
      }
      rewards.append(
        RandomReward(
          name: "r\(index)", kind: kind ?? "format",
          segments: segments.isEmpty ? ["answer"] : segments,
          credit: index == 0 || Bool.random(using: &generator) ? "reasoning" : "perception",
          gate: gate))
    }
    return rewards
  }

  /// Every subset of segments times every value of every reward, gates applied, looked at through
  /// the rewards of interest.
  private func bruteForce(
    _ rewards: [RandomReward], _ outline: RecipeOutline, _ interest: Set<String>
  ) -> Set<[String: Double]> {
    var found: Set<[String: Double]> = []
    for pattern in 0..<8 {
      let complete = Set(
        Self.names.indices.filter { pattern >> $0 & 1 == 0 }.map { Self.names[$0] })
      var raw: [[Double]] = [[]]
      for reward in rewards {
        let values = reward.values(complete: complete)
        raw = raw.flatMap { row in values.map { row + [$0] } }
      }
      for row in raw {
        var values: [String: Double] = [:]
        // Gates read only rewards before them.
        for (reward, value) in zip(rewards, row) {
          let gate = outline.reward(reward.name)?.gate
          let isOpen = gate.map { $0.evaluate { values[$0] } != 0 } ?? true
          values[reward.name] = isOpen ? value : 0
        }
        found.insert(values.filter { interest.contains($0.key) })
      }
    }
    return found
  }

  @Test func theTableOfRandomRecipesEqualsBruteForce() throws {
    var generator = Generator(state: 20_261_121)
    var compared = 0
    for _ in 0..<60 {
      let rewards = recipe(&generator)
      let text = RecipeExample.sections(
        "rewards:\n" + rewards.shuffled(using: &generator).map(\.line).joined(separator: "\n")
      ).text
      let result = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all)
      // A gate that can never open is an error of its own.
      guard let root = result.recipe?.root else { continue }
      let outline = RecipeOutline(root, vocabulary: TestVocabulary.all)
      for scope in outline.distinctScopes {
        let table = try #require(OutcomeTable(scope.rewards, in: outline))
        let interest = Set(table.cases.first?.values.keys.map { $0 } ?? [])
        #expect(interest.isSuperset(of: scope.rewards.map(\.name)))
        #expect(
          Set(table.cases.map(\.values)) == bruteForce(rewards, outline, interest), "\(text)")
        for outcome in table.cases {
          let total = scope.rewards.reduce(0) { $0 + (outcome.values[$1.name] ?? 0) }
          #expect(abs(outcome.total - total) < 1e-12)
        }
        compared += 1
      }
    }
    #expect(compared >= 60)
  }

  private func table(_ rewards: String) throws -> OutcomeTable? {
    let text = RecipeExample.sections(rewards).text
    let result = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all)
    let outline = RecipeOutline(try #require(result.recipe).root, vocabulary: TestVocabulary.all)
    return OutcomeTable(outline.rewards.filter { $0.credit == "reasoning" }, in: outline)
  }

  @Test func theSumsOfThePublishedRewardsAreKnown() throws {
    let published = """
      rewards:
        found: {kind: format, of: [observation], credit: perception}
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        template: {kind: format, of: [think, answer], credit: reasoning}
        length:
          kind: length
          of: [think, answer]
          window: 8..32 tok
          when: correct > 0 and template > 0
          credit: reasoning
      """
    let cases = try #require(try table(published)).cases
    #expect(Set(cases.map(\.total)) == [0, 1, 2, 2.2])
    #expect(Set(cases.filter(\.isWellFormed).map(\.total)) == [1, 2, 2.2])
  }

  @Test func tooManyOutcomesAreNotListed() throws {
    let many = (0..<13).map {
      "  c\($0): {kind: accuracy, of: [answer], credit: reasoning}"
    }
    let head = "rewards:\n  found: {kind: format, of: [observation], credit: perception}\n"
    #expect(try table(head + many.joined(separator: "\n")) == nil)
  }
}
