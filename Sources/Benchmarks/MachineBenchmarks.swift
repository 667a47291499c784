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

  /// Reads half a gigabyte, far more than any cache holds, and does nothing else that takes time.
  static func readRate(threads: Int) -> (seconds: [Double], bytes: Double) {
    typealias Line = SIMD8<UInt64>
    let count = (1 << 29) / MemoryLayout<Line>.stride
    let lines = UnsafeMutablePointer<Line>.allocate(capacity: count)
    lines.initialize(repeating: Line(repeating: 1), count: count)
    let pool = ThreadPool(threads: threads)
    let block = 1 << 14
    // What is read has to be used somewhere.
    let sums = UnsafeMutablePointer<Line>.allocate(capacity: count / block)
    defer {
      lines.deallocate()
      sums.deallocate()
    }
    let seconds = Measurement.of(repetitions: 9) {
      pool.run(count / block) { item, _ in
        var parts = (Line.zero, Line.zero, Line.zero, Line.zero)
        let start = lines + item * block
        for index in stride(from: 0, to: block, by: 4) {
          parts.0 ^= start[index]
          parts.1 ^= start[index + 1]
          parts.2 ^= start[index + 2]
          parts.3 ^= start[index + 3]
        }
        sums[item] = parts.0 ^ parts.1 ^ parts.2 ^ parts.3
      }
    }
    return (seconds, Double(1 << 29))
  }
}
