import TestSupport
import Testing

@testable import Rewards

/// Against `rouge_score` and NLTK (versions in the fixture).
@Suite struct RougeTests {
  private func fixture() throws -> JSONValue {
    try JSONText.parse(Array(Fixtures.data("rouge_cases.json")))
  }

  @Test("stems of a thousand words equal the reference's")
  func stems() throws {
    let pairs = try #require(try fixture()["stems"]?.arrayValue)
    #expect(pairs.count > 900)
    for pair in pairs {
      let texts = try #require(pair.arrayValue).compactMap(\.stringValue)
      #expect(PorterStemmer.stem(texts[0]) == texts[1], "\(texts[0])")
    }
  }

  @Test("mean F1 of ROUGE-1, ROUGE-2 and ROUGE-L equals the reference's")
  func scores() throws {
    let pairs = try #require(try fixture()["pairs"]?.arrayValue)
    for pair in pairs {
      let predicted = try #require(pair["predicted"]?.stringValue)
      let truth = try #require(pair["truth"]?.stringValue)
      let mean = try #require(pair["mean"]?.doubleValue)
      #expect(abs(Rouge.meanF1(predicted, truth) - mean) < 1e-12, "\(predicted)")
    }
  }
}
