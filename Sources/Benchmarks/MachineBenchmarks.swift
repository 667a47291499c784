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
    let probe = MachineProbe(threads: threads, readBytes: 0)
    return (Measurement.of(repetitions: 9, probe.multiplyAdd), probe.operations)
  }

  /// Multiply-adds per second, the best of some.
  static func peakRate(threads: Int) -> Double {
    let found = peak(threads: threads)
    return found.operations / (found.seconds.min() ?? .infinity)
  }

  /// Reads half a gigabyte, far more than any cache holds, and does nothing else that takes time.
  static func readRate(threads: Int) -> (seconds: [Double], bytes: Double) {
    let probe = MachineProbe(threads: threads, readBytes: 1 << 29)
    return (Measurement.of(repetitions: 9, probe.read), probe.bytes)
  }
}
