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
}
