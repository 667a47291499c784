/// Schedules.
extension DiagnosticCode {
  static let schedules: [DiagnosticCode] = [.schedulePoints]

  static let schedulePoints = DiagnosticCode(
    5660, "schedule-points", "The points of a schedule do not ascend, or are counted differently.",
    Explanation(
      why: """
        The value at a step is that of the points around it. Which those are is plain only when the \
        points follow each other, all in steps, all in epochs or all in shares of the stage.
        """,
      example: .sections(points("200 step")), nearMiss: .sections(points("20 step"))))

  private static func points(_ first: String) -> String {
    """
    schedules:
      rate:
        piecewise: {points: [{at: \(first), value: 5.0e-4}, {at: 50 step, value: 5.0e-5}]}
    """
  }
}
