import Rewards
import Testing

@testable import Retrieval

@Suite struct PassageIndexTests {
  private func found(_ text: String, in passages: [String], _ count: Int = 3) throws -> [String] {
    try PassageIndex(TextCollection(passages: passages)).passages(for: text, count: count)
  }

  @Test func whatSharesMoreAndRarerWordsComesFirst() throws {
    let passages = [
      "the heron eats fish", "the fox eats the hen", "the heron and the fox never meet",
    ]
    #expect(try found("what does the heron eat, fish?", in: passages).first == passages[0])
    #expect(try found("heron fox", in: passages, 1) == [passages[2]])
    #expect(try found("Üzüm", in: ["üzüm is a grape", "a plum"]) == ["üzüm is a grape"])
  }

  /// BM25 worked out by hand for two passages of three words each, one with the word (Robertson and
  /// Zaragoza 2009, eq. 3.15; SQLite ranks a smaller value first): the passage with it is found, the other is
  /// not.
  @Test func onlyPassagesWithAWordOfTheTextAreFound() throws {
    #expect(try found("red", in: ["a red one", "a blue one"]) == ["a red one"])
    #expect(try found("green", in: ["a red one", "a blue one"]) == [])
  }

  @Test func equalPassagesComeInTheOrderOfTheCollection() throws {
    let passages = (0..<40).map { "price \($0) of bread" }
    #expect(try found("bread", in: passages, 3) == Array(passages[0..<3]))
    #expect(
      try found("bread", in: passages.reversed(), 2) == ["price 39 of bread", "price 38 of bread"])
  }

  /// A number next to its word is not the same number elsewhere.
  @Test func neighboursCountAsPairs() throws {
    let passages = ["by list 4 it pays 5 coins", "by list 5 it pays 4 coins"]
    #expect(try found("what does it pay by list 5 ?", in: passages, 1) == [passages[1]])
    #expect(try found("what does it pay by list 4 ?", in: passages, 1) == [passages[0]])
  }

  @Test(arguments: [
    "\"", "\"a\" OR", "NEAR(a b, 2)", "a AND NOT", "text: a", "a* ^b -c +d", "(a", "{a}",
    "'; DROP TABLE passages; --",
    "", "?!", "a\u{0}b", "rank MATCH 'a'", "\u{301}", String(repeating: "(a ", count: 4000),
  ])
  func noQuestionIsReadAsSyntax(text: String) throws {
    let index = try PassageIndex(TextCollection(passages: ["a b c", "d"]))
    _ = try index.passages(for: text, count: 3)
    #expect(try index.passages(for: "d", count: 3) == ["d"])
  }

  @Test func aTextOfThousandsOfWordsIsLookedFor() throws {
    let text = (0..<4000).map { "w\($0)" }.joined(separator: " ")
    #expect(try found(text, in: ["w7 and more", "other"]) == ["w7 and more"])
  }

  @Test func wordsAreQuotedOneByOneAndInPairs() {
    #expect(
      FullTextQuery("list 5, list 5?").expression
        == #""list" OR "5" OR "list 5" OR "5 list""#)
    #expect(FullTextQuery(" ?! ").expression == nil)
  }
}
