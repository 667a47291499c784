import Rewards

/// What guessing without the video is worth.
///
/// A blind guesser reads the prompt, options included, and knows from other questions of the family how often every answer
/// is right. It has four ways: always the same answer; always the option at the same place; of the options offered,
/// the word that is most often right where it is offered; or the one that has most in common with the others, which
/// may have been made from it. It takes the way that was worth most on the questions it learned from. (Chosen and scored on the same few questions, luck would pass for knowledge.)
public enum ClipWorldBaselines {
  /// The mean score per family of guesses on `records`, learned from `others`.
  public static func blind(
    _ records: [DataRecord], learnedFrom others: [DataRecord]
  ) -> [String: Double] {
    let lessons = Dictionary(grouping: others, by: \.family)
    return Dictionary(grouping: records, by: \.family).reduce(into: [:]) { worth, entry in
      worth[entry.key] = score(bestGuess(lessons[entry.key] ?? []), entry.value)
    }
  }

  /// The mean score per family of guesses on each half of `records`, learned from the other half.
  public static func blind(_ records: [DataRecord]) -> [String: Double] {
    var halves: [[DataRecord]] = [[], []]
    for family in Dictionary(grouping: records, by: \.family).values {
      for (index, record) in family.enumerated() { halves[index % 2].append(record) }
    }
    let first = blind(halves[0], learnedFrom: halves[1])
    let second = blind(halves[1], learnedFrom: halves[0])
    return first.merging(second) { ($0 + $1) / 2 }
  }

  /// The mean of `blind` over the families, summed by name: a dictionary's own order changes from
  /// process to process, and the last bit of a sum with it.
  public static func blindMean(_ records: [DataRecord]) -> Double {
    let families = blind(records).sorted { $0.key < $1.key }
    return families.isEmpty ? 0 : families.reduce(0) { $0 + $1.value } / Double(families.count)
  }

  private typealias Guess = (DataRecord) -> String

  private static func bestGuess(_ lessons: [DataRecord]) -> Guess {
    let guesses = constants(lessons) + places(lessons) + [favourites(lessons), Self.nearest]
    let worths = guesses.map { score($0, lessons) }
    let best = worths.indices.max { worths[$0] < worths[$1] }
    return best.map { guesses[$0] } ?? { _ in "" }
  }

  private static func score(_ guess: Guess, _ records: [DataRecord]) -> Double {
    // The same few pairs of texts come again and again.
    var known: [[String]: Double] = [:]
    let scores = records.map { record in
      let pair = [record.problemType, guess(record), record.answer]
      if let score = known[pair] { return score }
      let score =
        TaskAccuracy.score(problemType: pair[0], predicted: pair[1], truth: pair[2]).value ?? 0
      known[pair] = score
      return score
    }
    return scores.reduce(0, +) / Double(max(1, scores.count))
  }

  /// Answers that are tried as constants: the most frequent ones.
  private static let constantLimit = 64

  private static func constants(_ records: [DataRecord]) -> [Guess] {
    let counts = Dictionary(records.map { ($0.answer, 1) }, uniquingKeysWith: +)
    let kept = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(constantLimit)
    return kept.map(\.key).sorted().map { answer in { _ in answer } }
  }

  private static func places(_ records: [DataRecord]) -> [Guess] {
    (0..<(records.map(\.options.count).min() ?? 0)).map { place in
      { place < $0.options.count ? $0.options[place] : "" }
    }
  }

  private static func favourites(_ records: [DataRecord]) -> Guess {
    var offered: [String: Double] = [:]
    var right: [String: Double] = [:]
    for record in records {
      for option in record.options { offered[option, default: 0] += 1 }
      right[record.answer, default: 0] += 1
    }
    let worth = offered.reduce(into: [String: Double]()) { worth, entry in
      worth[entry.key] = right[entry.key, default: 0] / entry.value
    }
    return { record in
      record.options.max { worth[$0, default: 0] < worth[$1, default: 0] } ?? ""
    }
  }

  /// The option that agrees with the others in most parts (`left-up-up`), place by place.
  private static func nearest(_ record: DataRecord) -> String {
    let options = record.options.map { $0.split(separator: "-") }
    let shared = options.map { option in
      options.reduce(0) { sum, other in sum + zip(option, other).count { $0 == $1 } }
    }
    return shared.indices.max { shared[$0] < shared[$1] }.map { record.options[$0] } ?? ""
  }
}
