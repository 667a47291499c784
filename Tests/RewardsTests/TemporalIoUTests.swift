import Testing

@testable import Rewards

@Suite struct TemporalIoUTests {
  private func spans(_ pairs: [(Double, Double)]) -> [TimeSpan] {
    pairs.map { TimeSpan(start: $0.0, end: $0.1) }
  }

  @Test(
    "times are read in every notation",
    arguments: [
      (TimeNotation.seconds, "from 1.5 to 3 and 7s-9.25 seconds", [(1.5, 3.0), (7, 9.25)]),
      (.seconds, "[(1, 2), (3.5, 4)]", [(1, 2), (3.5, 4)]),
      (.seconds, "early on", []),
      (.clock, "<time>00:03-00:07</time> 01:02:03 to 01:02:04.5", [(3, 7), (3723, 3724.5)]),
      (.clock, "0.0-5.0 seconds", []),
      (.clock, "00:75-01:10", []),
      (.frames, "frames 12 \u{2013} 30", [(12, 30)]),
      (.normalized, "0.1..0.35", [(0.1, 0.35)]),
      (.seconds, "9 to 3", [(9, 3)]),
      (.seconds, "0:05-12:00", []),
      (.seconds, "00:03-00:07 or 3 to 7", [(3, 7)]),
      (.seconds, "at 3.5.1 to 7", []),
      (.frames, "1:30-1:45", []),
    ] as [(TimeNotation, String, [(Double, Double)])])
  func notation(_ notation: TimeNotation, _ text: String, _ expected: [(Double, Double)]) {
    #expect(notation.spans(in: text) == spans(expected))
  }

  @Test("one span against one: overlapping, equal, inside, disjoint, touching")
  func single() {
    let truth = spans([(2, 6)])
    func score(_ start: Double, _ end: Double) -> Double {
      GroundingMetric.union.score(spans([(start, end)]), truth, threshold: 0.5)
    }
    #expect(score(2, 6) == 1)
    #expect(score(4, 8) == 2.0 / 6)
    #expect(score(3, 5) == 0.5)
    #expect(score(7, 9) == 0)
    #expect(score(6, 9) == 0)
    for metric in [GroundingMetric.meanBest] {
      #expect(metric.score(spans([(4, 8)]), truth, threshold: 0.5) == 2.0 / 6)
    }
  }

  @Test("many spans: of the unions, mean of the best, and recall at a threshold")
  func many() {
    let truth = spans([(0, 4), (10, 14)])
    let predicted = spans([(0, 3), (2, 4), (10, 12), (20, 22)])
    func score(_ metric: GroundingMetric, _ threshold: Double = 0.5) -> Double {
      metric.score(predicted, truth, threshold: threshold)
    }
    // 4 + 2 seconds in common, 4 + 4 + 2 in either.
    #expect(score(.union) == 0.6)
    #expect(score(.meanBest) == (0.75 + 0.5) / 2)
    #expect(score(.recall, 0.3) == 1)
    #expect(score(.recall, 0.5) == 1)
    #expect(score(.recall, 0.7) == 0.5)
    #expect(score(.recall, 0.8) == 0)
    #expect(GroundingMetric.meanBest.score([], truth, threshold: 0.5) == 0)
    #expect(GroundingMetric.merged(predicted) == spans([(0, 4), (10, 12), (20, 22)]))
  }

  @Test("reversed, empty and unreadable spans have the outcome that is declared")
  func declared() {
    let truth = spans([(2, 6)])
    let plain = TemporalIoUReward(of: ["answer"])
    #expect(plain.score("6 to 2", truth) == .value(0, because: "a span ends before it starts"))
    #expect(plain.score("3 to 3", truth) == .value(0, because: "the spans have no duration"))
    #expect(
      plain.score("never", truth) == .value(0, because: "`never` names no span in seconds"))
    let other = TemporalIoUReward(
      of: ["answer"], reversed: .swap, empty: .abstain, unreadable: .abstain)
    #expect(other.score("6 to 2", truth) == .value(1))
    #expect(other.score("3 to 3", truth) == .abstained("the spans have no duration"))
    #expect(other.score("", truth) == .abstained("`` names no span in seconds"))
  }

  @Test("a time of the clock is no span in seconds, whatever becomes of reversed ones")
  func clockInSeconds() {
    for reversed in TemporalIoUReward.Reversed.allCases {
      #expect(
        TemporalIoUReward(of: ["answer"], reversed: reversed).score("00:03-00:07", spans([(0, 3)]))
          == .value(0, because: "`00:03-00:07` names no span in seconds"))
    }
  }

  @Test(
    "accuracy and temporal_iou read the same spans",
    arguments: [
      "00:03\u{2013}00:07", "[3, 7]", "3..7", "3 to 7", "01:75-02:00", "0:05-12:00", "soon",
    ])
  func oneReader(_ text: String) {
    let truth = spans([(3, 7)])
    let best = TimeNotation.allCases.prefix(2).map {
      TemporalIoUReward(of: ["answer"], notation: $0).score(text, truth).value ?? 0
    }.max()
    #expect(
      TaskAccuracy.score(.temporalGrounding, predicted: text, truth: "00:03-00:07").value == best)
  }

  @Test("the last span counts, or all of them")
  func intervals() {
    let truth = spans([(2, 6)])
    let text = "not 10 to 12 but 2 to 6"
    #expect(TemporalIoUReward(of: ["answer"]).score(text, truth) == .value(1))
    #expect(
      TemporalIoUReward(of: ["answer"], intervals: .many).score(text, truth) == .value(4.0 / 6))
  }

  @Test("true spans in seconds against frames and shares of the clip, by a column of the record")
  func units() async throws {
    func outcome(
      _ notation: TimeNotation, _ text: String, column: String?
    ) async throws -> RewardOutcome? {
      var item = record("2 to 6", extra: ["fps": .number(2), "duration": .string("8")])
      item.spans = [DataRecord.Span(label: "it", start: 2, end: 6)]
      return try await TemporalIoUReward(
        of: ["answer"], notation: notation, truth: .spans, clipColumn: column
      ).evaluate(
        RewardGroup(item: item, responses: [try complete("a", "b", text)]), prior: [:]
      ).first
    }
    #expect(try await outcome(.seconds, "2 to 6", column: nil) == .value(1))
    #expect(try await outcome(.frames, "4 to 12", column: "fps") == .value(1))
    #expect(try await outcome(.normalized, "0.25 to 0.75", column: "duration") == .value(1))
    #expect(
      try await outcome(.frames, "4 to 12", column: "rate")
        == .abstained("the column `rate` is no number above 0"))
  }

  @Test(
    "truth without a span of any duration is no fault of the response",
    arguments: [
      "somewhere", "3 to 3", "6 to 2", "",
    ])
  func badTruth(_ truth: String) async throws {
    let found = try await TemporalIoUReward(of: ["answer"]).evaluate(
      RewardGroup(item: record(truth), responses: [complete("a", "b", "2 to 6"), parsed("")]),
      prior: [:])
    #expect(found.allSatisfy { if case .abstained = $0 { true } else { false } })
  }
}
