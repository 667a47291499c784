import Rewards

/// What guessing without the video is worth.
public enum ClipWorldBaselines {
  /// For every family, the mean score of the best way to answer from the text of the prompt alone, chosen with the
  /// answers in hand: always the same answer; always the option at the same place; or, of the options offered, always
  /// the word that is most often right where it is offered.
  public static func blind(_ records: [DataRecord]) -> [String: Double] {
    Dictionary(grouping: records, by: \.family).mapValues { family in
      let guesses = constants(family) + places(family) + [favourites(family)]
      return guesses.map { score($0, family) }.max() ?? 0
    }
  }

  /// The mean of `blind` over the families.
  public static func blindMean(_ records: [DataRecord]) -> Double {
    let families = blind(records)
    return families.isEmpty ? 0 : families.values.reduce(0, +) / Double(families.count)
  }

  private typealias Guess = (DataRecord) -> String

  private static func score(_ guess: Guess, _ records: [DataRecord]) -> Double {
    let scores = records.map { record in
      TaskAccuracy.score(
        problemType: record.problemType, predicted: guess(record), truth: record.answer
      ).value ?? 0
    }
    return scores.reduce(0, +) / Double(max(1, scores.count))
  }

  private static func constants(_ records: [DataRecord]) -> [Guess] {
    Set(records.map(\.answer)).map { answer in { _ in answer } }
  }

  private static func places(_ records: [DataRecord]) -> [Guess] {
    (0..<(records.map(\.options.count).min() ?? 0)).map { place in { $0.options[place] } }
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
}
