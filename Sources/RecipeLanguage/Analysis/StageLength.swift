/// How long a stage is.
public enum StageLength {
  /// The fewest optimizer steps that use every record `epochs` times: ceil(records × epochs / batch).
  public static func steps(epochs: Double, records: Int, batchSize: Int) -> Int {
    let uses = (Double(records) * epochs).rounded(.up)
    return max(1, Int(min((uses / Double(batchSize)).rounded(.up), Double(Int32.max))))
  }

  /// The optimizer steps of one pass over the records, as a fraction.
  public static func stepsPerEpoch(records: Int, batchSize: Int) -> Double {
    Double(records) / Double(max(1, batchSize))
  }

  /// How often an evaluation is asked within a stage, after every so many of its steps.
  ///
  /// - Parameter choosing: whether it chooses the stage's best checkpoint: then the last step is a candidate
  ///   too. For others the end of the stage is not within it.
  public static func evaluations(within steps: Int, every: Int, choosing: Bool) -> Int {
    guard steps > 0 else { return 0 }
    return (steps - 1) / max(1, every) + (choosing ? 1 : 0)
  }
}
