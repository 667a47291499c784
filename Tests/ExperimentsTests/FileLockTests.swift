import Foundation
import Testing

@testable import Experiments

struct FileLockTests {
  @Test func whoComesSecondWaits() async throws {
    try await SweepScenes.with { folder in
      let file = folder.url.appendingPathComponent("world.lock")
      let first = try FileLock(file)
      let order = Order()
      let second = Thread {
        guard let lock = try? FileLock(file) else { return }
        order.add("second")
        lock.release()
      }
      second.start()
      usleep(50_000)
      order.add("first")
      first.release()
      while order.names.count < 2 { usleep(1000) }
      #expect(order.names == ["first", "second"])
    }
  }

  private final class Order: @unchecked Sendable {
    private let lock = NSLock()
    private var all: [String] = []
    var names: [String] { lock.withLock { all } }
    func add(_ name: String) { lock.withLock { all.append(name) } }
  }
}
