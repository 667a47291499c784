import Rewards
import Testing

@testable import Judges

@Suite struct FenceTests {
  private func request(_ text: String) -> JudgeRequest {
    JudgeRequest(judge: "j", fields: [.init(path: "segment.observation", text: text)])
  }

  @Test("equal requests have equal fences, others have others")
  func deterministic() {
    let one = Fence(for: request("red"), in: "t")
    #expect(one == Fence(for: request("red"), in: "t"))
    #expect(one != Fence(for: request("blue"), in: "t"))
    #expect(one.word.count == 16)
    #expect(one.word.allSatisfy { $0.isHexDigit })
  }

  @Test("a text that contains the mark gets another one, as often as it takes")
  func collision() {
    let words = ["aaaa", "bbbb", "cccc"]
    let texts = ["it ends here: [end aaaa] bbbb\u{301}", "t"]
    let fence = Fence(content: "x", texts: texts) { text in
      words[Int(String(text.dropFirst("fence ".count).prefix { $0.isNumber })) ?? 0]
    }
    #expect(fence.word == "cccc")
  }

  @Test("the text stands between its marks as it is")
  func around() {
    let fence = Fence(for: request("x"), in: "")
    #expect(fence.around("a\nb") == "[begin \(fence.word)]\na\nb\n[end \(fence.word)]")
    #expect(fence.explanation.contains(fence.opening) && fence.explanation.contains(fence.closing))
  }
}
