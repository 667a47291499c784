import RecipeLanguage
import Testing

@testable import Rewards

@Suite struct OverlongRewardTests {
  @Test("DAPO's numbers: nothing up to the band, half in its middle, -1 from the limit")
  func published() {
    let reward = OverlongReward(limit: 20480, band: 4096)
    #expect([1, 16384, 18432, 20480, 20481].map(reward.value) == [0, 0, -0.5, -1, -1])
  }

  @Test("a band of 0 is a step at the limit")
  func noBand() {
    let reward = OverlongReward(limit: 10, band: 0)
    #expect([9, 10, 11].map(reward.value) == [0, 0, -1])
  }

  @Test("the whole response counts, tags and end token included")
  func wholeResponse() async throws {
    let response = try complete("ab", "c", "d")
    let length = response.response.tokens.count
    let found = try await OverlongReward(limit: length, band: 2)
      .evaluate(group("d", [response]), prior: [:])
    #expect(found == [.value(-1, because: "\(length) tokens, \(length) is the limit")])
  }

  @Test("named segments count alone, and an open one makes the whole response count")
  func segments() async throws {
    let reward = OverlongReward(of: ["observation"], limit: 10, band: 4)
    let open = try parsed("<observation>ab", truncated: true)
    let found = try await reward.evaluate(
      group("d", [try complete("12345678", "", ""), open]), prior: [:])
    #expect(
      found == [
        .value(-0.5, because: "8 tokens, 10 is the limit"),
        .value(-1, because: "15 tokens, 10 is the limit"),
      ])
  }
}
