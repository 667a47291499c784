import RecipeLanguage
import Testing

struct ScheduleTests {
  @Test func linearRisesThenFallsToItsEnd() {
    let schedule = Schedule.linear(from: 1, to: 0.2, warmupSteps: 4)
    #expect((0..<4).map { schedule.value(step: $0, of: 9) } == [0.25, 0.5, 0.75, 1])
    #expect(schedule.value(step: 4, of: 9) == 1)
    #expect(abs(schedule.value(step: 6, of: 9) - 0.6) < 1e-12)
    #expect(abs(schedule.value(step: 8, of: 9) - 0.2) < 1e-12)
    #expect(abs(schedule.value(step: 100, of: 9) - 0.2) < 1e-12)
  }

  @Test func cosineIsHalfWayInTheMiddle() {
    let schedule = Schedule.cosine(peak: 2, floor: 1, warmupSteps: 0)
    #expect(schedule.value(step: 0, of: 11) == 2)
    #expect(abs(schedule.value(step: 5, of: 11) - 1.5) < 1e-12)
    #expect(abs(schedule.value(step: 10, of: 11) - 1) < 1e-12)
  }

  @Test func degenerateStagesStayFinite() {
    for total in 0...2 {
      for warmup in 0...3 {
        let value = Schedule.cosine(peak: 1, floor: 0, warmupSteps: warmup).value(
          step: 0, of: total)
        #expect(value > 0 && value <= 1)
      }
    }
    #expect(Schedule.constant(3).value(step: 0, of: 0) == 3)
  }
}
