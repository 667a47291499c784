import Foundation

/// What limits on time are measured in: other tests run beside the one that measures.
public enum ProcessorTime {
  /// Seconds that the calling thread has computed.
  public static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// Seconds that the body computes in.
  public static func of(_ body: () throws -> Void) rethrows -> Double {
    let start = now
    try body()
    return now - start
  }
}
