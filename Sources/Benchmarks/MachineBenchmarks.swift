import Foundation
import TensorEngine

/// What the machine can do at most: what the rest is a share of.
enum MachineBenchmarks {
  static let all = [
    Benchmark(name: "machine/fma") { options in
      let seconds = peak(threads: options.threads)
      return Measurement(seconds: seconds.seconds, operations: seconds.operations)
    },
    Benchmark(name: "machine/read") { options in
      let found = readRate(threads: options.threads)
      return Measurement(
        seconds: found.seconds,
        figures: [("gigabytes_per_second", found.bytes / median(found.seconds) / 1e9)])
    },
  ]

  static func median(_ values: [Double]) -> Double {
    Measurement(seconds: values).median
  }

  /// A loop of multiply-adds in registers, on every thread.
  static func peak(threads: Int) -> (seconds: [Double], operations: Double) {
    let probe = Processor.current.kernels.probe
    let pool = ThreadPool(threads: threads)
    let iterations = 400_000
    // What the loop computes has to be used somewhere.
    let results = UnsafeMutablePointer<Float>.allocate(capacity: threads)
    defer { results.deallocate() }
    let seconds = Measurement.of(repetitions: 9) {
      pool.run(threads) { item, _ in results[item] = probe.run(iterations, 1e-9) }
    }
    return (seconds, Double(probe.operationsPerIteration * iterations * threads))
  }

  /// Multiply-adds per second, the best of some.
  static func peakRate(threads: Int) -> Double {
    let found = peak(threads: threads)
    return found.operations / (found.seconds.min() ?? .infinity)
  }

  /// Reads half a gigabyte, far more than any cache holds.
  static func readRate(threads: Int) -> (seconds: [Double], bytes: Double) {
    let count = 1 << 27
    let values = UnsafeMutablePointer<Float>.allocate(capacity: count)
    defer { values.deallocate() }
    values.initialize(repeating: 1, count: count)
    let pool = ThreadPool(threads: threads)
    let kernel = Processor.current.kernels.reductions.sumOfSquares
    let block = 1 << 20
    let sums = UnsafeMutablePointer<Double>.allocate(capacity: count / block)
    defer { sums.deallocate() }
    let seconds = Measurement.of(repetitions: 5) {
      pool.run(count / block) { item, _ in sums[item] = kernel(block, values + item * block) }
    }
    return (seconds, Double(count * 4))
  }
}
