import RecipeLanguage
import Testing

struct ScheduleTests {
  @Test func linearRisesThenFallsToItsEnd() {
    let schedule = Schedule.linear(from: 1, to: 0.2, warmup: .step(4))
    #expect((0..<4).map { schedule.value(step: $0, of: 9) } == [0.25, 0.5, 0.75, 1])
    #expect(schedule.value(step: 4, of: 9) == 1)
    #expect(abs(schedule.value(step: 6, of: 9) - 0.6) < 1e-12)
    #expect(abs(schedule.value(step: 8, of: 9) - 0.2) < 1e-12)
    #expect(abs(schedule.value(step: 100, of: 9) - 0.2) < 1e-12)
  }

  @Test func cosineIsHalfWayInTheMiddle() {
    let schedule = Schedule.cosine(peak: 2, floor: 1, warmup: .step(0))
    #expect(schedule.value(step: 0, of: 11) == 2)
    #expect(abs(schedule.value(step: 5, of: 11) - 1.5) < 1e-12)
    #expect(abs(schedule.value(step: 10, of: 11) - 1) < 1e-12)
  }

  @Test func degenerateStagesStayFinite() {
    for total in 0...2 {
      for warmup in 0...3 {
        let value = Schedule.cosine(peak: 1, floor: 0, warmup: .step(warmup)).value(
          step: 0, of: total)
        #expect(value > 0 && value <= 1)
      }
    }
    #expect(Schedule.constant(3).value(step: 0, of: 0) == 3)
  }

  @Test func theHorizonIsWhereTheLastValueIsReachedAndKept() {
    let schedule = Schedule.linear(from: 1, to: 0, warmup: .step(2), horizon: .step(7))
    let values = (0..<10).map { schedule.value(step: $0, of: 10) }
    #expect(values == [0.5, 1, 1, 0.75, 0.5, 0.25, 0, 0, 0, 0])
    let half = Schedule.cosine(peak: 1, floor: 0.5, horizon: .share(0.5))
    #expect(half.value(step: 4, of: 10) == 0.5)
    #expect(half.value(step: 9, of: 10) == 0.5)
  }

  @Test func positionsAreCountedInStepsEpochsOrShares() {
    func warmup(_ position: SchedulePosition, epoch: Double?) -> Double {
      Schedule.linear(from: 1, to: 1, warmup: position).value(step: 0, of: 200, epoch: epoch)
    }
    #expect(warmup(.step(4), epoch: nil) == 0.25)
    #expect(warmup(.share(0.02), epoch: nil) == 0.25)
    #expect(warmup(.epoch(0.5), epoch: 8) == 0.25)
    #expect(warmup(.epoch(1), epoch: nil) == 1.0 / 200)
  }

  @Test func piecewiseHoldsOrJoinsItsPoints() {
    let points = [
      Schedule.Point(at: .step(2), value: 1), .init(at: .step(4), value: 3),
      .init(at: .step(5), value: 0),
    ]
    func values(_ between: Schedule.Between) -> [Double] {
      (0..<7).map { Schedule.piecewise(points, between: between).value(step: $0, of: 7) }
    }
    #expect(values(.hold) == [1, 1, 1, 1, 3, 0, 0])
    #expect(values(.linear) == [1, 1, 1, 2, 3, 0, 0])
  }

  @Test(arguments: [UInt64](1...6))
  func extremesAreAmongTheTurningPoints(seed: UInt64) {
    var generator = SplitMix(state: seed)
    func position() -> SchedulePosition {
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: .step(Int.random(in: 0..<60, using: &generator))
      case 1: .epoch(Double.random(in: 0...3, using: &generator))
      default: .share(Double.random(in: 0...1, using: &generator))
      }
    }
    for _ in 0..<200 {
      let (a, b) = (
        Double.random(in: -1...1, using: &generator), Double.random(in: -1...1, using: &generator)
      )
      let horizon = Bool.random(using: &generator) ? position() : nil
      let points = (0..<4).map {
        Schedule.Point(at: .step($0 * 9 + 3), value: $0.isMultiple(of: 2) ? a : b)
      }
      let schedules: [Schedule] = [
        .linear(from: a, to: b, warmup: position(), horizon: horizon),
        .cosine(peak: a, floor: b, warmup: position(), horizon: horizon),
        .piecewise(points, between: .hold), .piecewise(points, between: .linear),
      ]
      for schedule in schedules {
        let values = (0..<50).map { schedule.value(step: $0, of: 50, epoch: 7) }
        let range = schedule.range(over: 50, epoch: 7)
        #expect(values.min() == range.lowerBound && values.max() == range.upperBound)
        // The line to the last value may miss it by its rounding.
        let wide = schedule.range.lowerBound - 1e-12...schedule.range.upperBound + 1e-12
        #expect(values.allSatisfy(wide.contains), "\(schedule)")
      }
    }
  }
}
