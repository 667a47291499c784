import Foundation

/// METEOR with its exact and stem stages (Banerjee and Lavie, 2005, with the parameters of NLTK:
/// alpha 0.9, beta 3, gamma 0.5). Without the synonym stage, which needs WordNet.
public enum Meteor {
  public static func score(_ predicted: String, _ truth: String) -> Double {
    let (ours, theirs) = (Rouge.words(predicted), Rouge.words(truth))
    let matches = align(ours, theirs)
    guard !matches.isEmpty else { return 0 }
    let count = Double(matches.count)
    let precision = count / Double(ours.count)
    let recall = count / Double(theirs.count)
    let mean = precision * recall / (0.9 * precision + 0.1 * recall)
    let fragmentation = Double(chunks(matches)) / count
    return mean * (1 - 0.5 * pow(fragmentation, 3))
  }

  /// Pairs of places in both texts: equal words first, then words of one stem; of several each takes
  /// the last that is free, from the end on, as NLTK does. In order of the first text.
  private static func align(_ ours: [String], _ theirs: [String]) -> [(Int, Int)] {
    var matches: [(Int, Int)] = []
    var freeOurs = Array(ours.indices)
    var freeTheirs = Array(theirs.indices)
    func stage(_ form: (String) -> String) {
      let (left, right) = (ours.map(form), theirs.map(form))
      for place in freeOurs.reversed() {
        guard let found = freeTheirs.lastIndex(where: { left[place] == right[$0] }) else {
          continue
        }
        matches.append((place, freeTheirs.remove(at: found)))
        freeOurs.removeAll { $0 == place }
      }
    }
    stage { $0 }
    stage(PorterStemmer.stem)
    return matches.sorted { $0.0 < $1.0 }
  }

  /// Runs of matches that are neighbours in both texts.
  private static func chunks(_ matches: [(Int, Int)]) -> Int {
    1
      + zip(matches, matches.dropFirst()).count { one, next in
        next.0 != one.0 + 1 || next.1 != one.1 + 1
      }
  }
}
