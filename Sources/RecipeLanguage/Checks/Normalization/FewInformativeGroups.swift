import Foundation

extension DiagnosticCode {
  static let fewInformativeGroups = DiagnosticCode(
    5302, "few-informative-groups",
    "At the known pass rate most groups are expected to be all right or all wrong.",
    Explanation(
      why: """
        A group whose responses are all right or all wrong teaches nothing about being right. With a \
        pass rate p and G responses the share of groups that hold both is 1 - p^G - (1-p)^G: at 18% \
        it is 30% for G = 2, 55% for 4, 80% for 8 and 96% for 16. Below one half most of what is \
        sampled and judged is paid for nothing.
        """,
      example: .sections(
        ExampleStages.text(groupSize: 2),
        facts: StatedFacts(passRates: ["questions": 0.18])),
      nearMiss: .sections(
        ExampleStages.text(groupSize: 4),
        facts: StatedFacts(passRates: ["questions": 0.18]))))
}

extension RecipeCheck {
  static let fewInformativeGroups = RecipeCheck(
    .fewInformativeGroups, reads: ["data", "normalization", "stages"]
  ) { input in
    input.outline.stages.compactMap { stage in
      guard let size = stage.groupSize, size > 1, let data = stage.data,
        input.outline.scopes(of: stage).contains(where: \.flattensEqualRewards),
        let rate = input.facts.ask(for: .fewInformativeGroups, { $0.passRate(ofData: data) })
      else { return nil }
      let share = InformativeGroups.share(passRate: rate, groupSize: size)
      guard share < InformativeGroups.enough else { return nil }
      let better = InformativeGroups.size(passRate: rate)
      let span = stage.record.span(of: "group_size")
      let help =
        better.map {
          "a `group_size` of \($0) makes it "
            + percentage(InformativeGroups.share(passRate: rate, groupSize: $0))
        }
        ?? "no group size up to \(InformativeGroups.largest) would do: train on questions that the "
        + "policy answers sometimes"
      return Diagnostic(
        .fewInformativeGroups, severity: .warning, confidence: .facts,
        "only \(percentage(share)) of the groups are expected to hold right and wrong answers: "
          + "\(percentage(rate)) of `\(data)` are answered right, and \(size) responses mostly agree",
        at: span, help: help,
        fixes: better.map { [.replace(span, with: "\($0)", isSafe: false)] } ?? [],
        path: "\(stage.record.path).group_size")
    }
  }
}

/// How many groups hold responses that differ.
enum InformativeGroups {
  /// Below this share a finding is reported.
  static let enough = 0.5
  /// The largest group that is proposed.
  static let largest = 256

  /// The expected share of groups with both right and wrong responses: 1 - p^G - (1-p)^G.
  static func share(passRate: Double, groupSize: Int) -> Double {
    1 - pow(passRate, Double(groupSize)) - pow(1 - passRate, Double(groupSize))
  }

  /// The smallest group size that is enough; nil when none up to `largest` is.
  static func size(passRate: Double) -> Int? {
    (2...largest).first { share(passRate: passRate, groupSize: $0) >= enough }
  }
}
