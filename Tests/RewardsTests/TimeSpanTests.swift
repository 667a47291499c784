import Testing

@testable import Rewards

@Suite struct TimeSpanTests {
  @Test(arguments: [
    ("from 1.5 s to 3 s", 1.5, 3.0), ("00:02-00:05", 2, 5), ("at 01:10 - 01:12.5", 70, 72.5),
    ("1:00:02 to 1:00:05", 3602, 3605), ("00:01-00:02 , 00:06-00:09", 6, 9), ("0 to 4", 0, 4),
    ("00:05-00:02", 5, 2), ("00:03\u{2013}00:07", 3, 7), ("[3, 7]", 3, 7), ("3..7", 3, 7),
    ("answer:3 to 7", 3, 7), ("3 to 7.", 3, 7), ("00:01-00:02, that is 1 to 2.", 1, 2),
  ])
  func timesAreReadInSecondsAndByTheClock(text: String, start: Double, end: Double) {
    #expect(TimeSpan(lastIn: text) == TimeSpan(start: start, end: end))
  }

  @Test(arguments: [
    "", "early", "00:05", "5", "a:05-b:07 or so", "01:75-02:00", "1:30 to 95", "1.2.3 to 4",
    "3 to 1.2.3", "3 to 7:30",
  ])
  func whatIsNoSpanIsNil(text: String) {
    #expect(TimeSpan(lastIn: text) == nil)
  }
}
