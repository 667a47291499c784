import Rewards
import Testing

@testable import Retrieval

@Suite struct PassageRetrievalTests {
  private let record = DataRecord(
    problemID: "7", problem: "what pays red ?", answer: "4", path: "a.mp4",
    problemType: "numerical",
    extra: ["topic": .string("blue")])

  private func retrieval(_ query: String) throws -> PassageRetrieval {
    let passages = ["red pays 4", "blue pays 5", "green pays 6"]
    return PassageRetrieval(
      try PassageIndex(TextCollection(passages: passages)), query: query, count: 1)
  }

  @Test func recordsGetThePassagesOfTheColumn() throws {
    let found = try retrieval("problem").adding(to: [record])
    #expect(found.first?.passages == ["red pays 4"])
    #expect(found.first?.text(of: "passages") == "red pays 4")
    #expect(try retrieval("topic").adding(to: [record]).first?.passages == ["blue pays 5"])
  }

  @Test func aColumnThatIsMissingOrTakenIsNamed() throws {
    #expect(throws: RetrievalError.noColumn("subject", record: "7")) {
      try retrieval("subject").adding(to: [record])
    }
    var own = record
    own.passages = []
    #expect(throws: RetrievalError.passagesTaken(record: "7")) {
      try retrieval("problem").adding(to: [own])
    }
  }
}
