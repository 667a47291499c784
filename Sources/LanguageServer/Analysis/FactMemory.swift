import RecipeLanguage
import Synchronization

/// Keeps the facts of a recipe from one check to the next, for as long as what they are about is
/// written the same: a tokenizer is not read again for every key that is pressed.
final class FactMemory: Sendable {
  /// The top-level keys that facts are about.
  private static let subjects = ["model", "video", "data", "retrieval", "segments"]
  /// Recipes open side by side.
  private static let capacity = 8

  private let known = Mutex<[(subject: String, facts: RememberedFacts)]>([])

  /// Files may have changed.
  func forget() { known.withLock { $0 = [] } }

  func facts(of root: Record, make: (Record) -> any FactSource) -> any FactSource {
    let subject = Self.subjects.map { root.setting($0)?.value.canonicalText ?? "" }
      .joined(separator: "\n")
    if let facts = known.withLock({ $0.first { $0.subject == subject }?.facts }) { return facts }
    let facts = RememberedFacts(make(root))
    known.withLock { known in
      known.insert((subject, facts), at: 0)
      known = Array(known.prefix(Self.capacity))
    }
    return facts
  }
}

/// Answers every question once.
final class RememberedFacts: FactSource {
  private let source: any FactSource
  private let answers = Mutex<[String: any Sendable]>([:])

  init(_ source: any FactSource) { self.source = source }

  func tokenCount(_ text: String) -> Fact<Int> {
    remembered("tokenCount/\(text)") { source.tokenCount(text) }
  }
  func responsePrefix() -> Fact<String> {
    remembered("responsePrefix") { source.responsePrefix() }
  }
  func generation() -> Fact<GenerationFacts> { remembered("generation") { source.generation() } }
  func contextLength() -> Fact<Int> { remembered("contextLength") { source.contextLength() } }
  func linearLayers() -> Fact<[LayerFacts]> {
    remembered("linearLayers") { source.linearLayers() }
  }
  func columns(ofData name: String) -> Fact<[String: ColumnFacts]> {
    remembered("columns/\(name)") { source.columns(ofData: name) }
  }
  func recordCount(ofData name: String) -> Fact<Int> {
    remembered("recordCount/\(name)") { source.recordCount(ofData: name) }
  }
  func promptTokens(ofData name: String) -> Fact<LengthFacts> {
    remembered("promptTokens/\(name)") { source.promptTokens(ofData: name) }
  }
  func segmentTokens(ofData name: String, segment: String) -> Fact<LengthFacts> {
    remembered("segmentTokens/\(name)/\(segment)") {
      source.segmentTokens(ofData: name, segment: segment)
    }
  }
  func passRate(ofData name: String) -> Fact<Double> {
    remembered("passRate/\(name)") { source.passRate(ofData: name) }
  }
  func itemDigests(ofData name: String) -> Fact<Set<String>> {
    remembered("itemDigests/\(name)") { source.itemDigests(ofData: name) }
  }

  private func remembered<Value: Sendable>(
    _ question: String, _ ask: () -> Fact<Value>
  ) -> Fact<Value> {
    if let known = answers.withLock({ $0[question] as? Fact<Value> }) { return known }
    let answer = ask()
    answers.withLock { $0[question] = answer }
    return answer
  }
}
