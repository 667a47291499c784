/// The numbers of one AdamW update.
public struct AdamWStep: Sendable {
  public var learningRate: Float
  public var beta1: Float
  public var beta2: Float
  public var epsilon: Float
  public var weightDecay: Float
  /// `1 - beta1^t` and `1 - beta2^t` for step t = 1, 2, ...
  public var firstCorrection: Float
  public var secondCorrection: Float
  /// Multiplies the gradient first; clipping by the global norm.
  public var gradientScale: Float

  public init(
    learningRate: Float, beta1: Float, beta2: Float, epsilon: Float, weightDecay: Float,
    firstCorrection: Float, secondCorrection: Float, gradientScale: Float
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.firstCorrection = firstCorrection
    self.secondCorrection = secondCorrection
    self.gradientScale = gradientScale
  }
}

/// Parameter updates, in place.
public struct OptimizerKernels: Sendable {
  public typealias AdamW =
    @Sendable (
      _ count: Int, _ step: AdamWStep, _ parameter: UnsafeMutablePointer<Float>,
      _ gradient: UnsafePointer<Float>, _ firstMoment: UnsafeMutablePointer<Float>,
      _ secondMoment: UnsafeMutablePointer<Float>
    ) -> Void

  /// Adam with decoupled weight decay (Loshchilov and Hutter, arXiv:1711.05101, algorithm 2).
  public let adamW: AdamW

  @inlinable @inline(__always)
  init<Tier: KernelTier>(_: Tier.Type) {
    adamW = { count, step, parameter, gradient, firstMoment, secondMoment in
      let beta1 = Lanes(repeating: step.beta1)
      let beta2 = Lanes(repeating: step.beta2)
      let rate = Lanes(repeating: -step.learningRate)
      let decay = 1 - step.learningRate * step.weightDecay
      Tier.writeRows(1, count, MutableRows(parameter, rowStride: 0)) { _, index, length in
        let g = Tier.load(gradient + index, length) * step.gradientScale
        let m = Tier.multiply(
          beta1, Tier.load(firstMoment + index, length), plus: g * (1 - step.beta1))
        let v = Tier.multiply(
          beta2, Tier.load(secondMoment + index, length), plus: g * g * (1 - step.beta2))
        m.store(firstMoment + index, length)
        v.store(secondMoment + index, length)
        let root = (v / step.secondCorrection).roots + step.epsilon
        let direction = m / step.firstCorrection / root
        return Tier.multiply(rate, direction, plus: Tier.load(parameter + index, length) * decay)
      }
    }
  }
}
