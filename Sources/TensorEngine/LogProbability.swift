import Kernels

/// The log-probability of one token from a row of logits, as the sampler needs it.
public enum LogProbability {
  /// `logits[target] / temperature - logSumExp(logits / temperature)`.
  ///
  /// Gives the same bits as `GraphBuilder.tokenLogProbabilities` at the same temperature, for the
  /// same hidden row and head on the CPU device: the same kernels run in the same order.
  /// - Parameters:
  ///   - logits: One row, `[V]`.
  ///   - target: In `0 ..< V`.
  ///   - temperature: Positive.
  ///   - device: Where the logits were computed; by default one with the best kernels of this machine.
  public static func ofRow(
    _ logits: UnsafeBufferPointer<Float>, target: Int, temperature: Double,
    on device: (any Device)? = nil
  ) -> Float {
    ofRow(logits, targets: [target], temperature: temperature, on: device).first ?? -.infinity
  }

  /// The same for several tokens of one row.
  public static func ofRow(
    _ logits: UnsafeBufferPointer<Float>, targets: [Int], temperature: Double,
    on device: (any Device)? = nil
  ) -> [Float] {
    guard let base = logits.baseAddress else { return targets.map { _ in -.infinity } }
    let kernels = ((device as? CPUDevice)?.kernels ?? Processor.current.kernels).rows
    let scale = logitScale(Float(temperature))
    let row = ConstantRows(base, rowStride: logits.count)
    var logSumExp: Float = 0
    kernels.logSumExp(1, logits.count, row, scale, &logSumExp, nil)
    return targets.map { target in
      precondition(logits.indices.contains(target), "LogProbability: target outside the vocabulary")
      var (result, index): (Float, Int32) = (0, Int32(target))
      kernels.logProbability(1, row, scale, &index, &logSumExp, &result)
      return result
    }
  }

  /// The same for a slice of an array.
  public static func ofRow(
    _ logits: ArraySlice<Float>, target: Int, temperature: Double
  ) -> Float {
    logits.withUnsafeBufferPointer { ofRow($0, target: target, temperature: temperature) }
  }
}
