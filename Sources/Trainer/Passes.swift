import TensorEngine

/// How the sequences of one update are shared out over forward and backward passes, for when memory
/// is too short for one.
///
/// A pass holds at most a number of tokens: those of its prompts, each counted once for the responses
/// that share it, and those of its responses. Groups keep their order and stay whole where a pass
/// can hold them; of a group that is larger than a pass each part has the prompt anew. A sequence
/// that alone is longer makes a pass of its own, because nothing can be left out of it.
enum Passes {
  /// The tokens of a prompt and of its responses.
  struct Group: Equatable {
    var prompt: Int
    var responses: [Int]

    var tokens: Int { prompt + responses.reduce(0, +) }
  }

  /// Some responses of a group, by its place.
  struct Part: Equatable {
    var group: Int
    var responses: Range<Int>
  }

  /// - Parameter bound: tokens per pass; one pass without it.
  static func split(_ groups: [Group], bound: Int?) -> [[Part]] {
    guard let bound else {
      return [groups.indices.map { Part(group: $0, responses: groups[$0].responses.indices) }]
    }
    var passes: [[Part]] = [[]]
    var used = 0
    for (index, group) in groups.enumerated() {
      if used > 0, used + group.tokens > bound {
        passes.append([])
        used = 0
      }
      var first = 0
      used += group.prompt
      for (response, tokens) in group.responses.enumerated() {
        if response > first, used + tokens > bound {
          passes[passes.count - 1].append(Part(group: index, responses: first..<response))
          passes.append([])
          first = response
          used = group.prompt
        }
        used += tokens
      }
      passes[passes.count - 1].append(
        Part(group: index, responses: first..<group.responses.count))
    }
    return passes
  }
}
