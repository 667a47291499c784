import Glibc
import Synchronization

/// A persistent fork/join pool. Items are claimed from one atomic counter; what an item computes
/// never depends on which thread runs it.
///
/// `@unchecked Sendable`: `body` and `count` are written by the one caller that holds `callers`
/// before `generation` is released, and read by workers after they acquire it.
public final class ThreadPool: @unchecked Sendable {
  /// Threads that work on one `run`, the caller's included.
  public let threads: Int

  private var body: ((Int, Int) -> Void)?
  private var count = 0
  private let next = Atomic<Int>(0)
  private let busy = Atomic<Int>(0)
  private let generation = Atomic<Int>(0)
  /// The thread inside `run`, or 0.
  private let caller = Atomic<UInt>(0)
  private let stopping = Atomic<Bool>(false)
  private var handles: [pthread_t] = []
  private let callers = Mutex<Void>(())
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wake = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private static let spins = 4000

  /// Starts `threads - 1` workers; fewer if the system refuses more, which changes speed only.
  public init(threads: Int) {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(wake, nil)
    var contexts: [Unmanaged<WorkerContext>] = []
    for index in 1..<max(threads, 1) {
      let context = Unmanaged.passRetained(WorkerContext(index: index))
      var handle = pthread_t()
      guard pthread_create(&handle, nil, workerEntry, context.toOpaque()) == 0 else {
        context.release()
        break
      }
      handles.append(handle)
      contexts.append(context)
    }
    self.threads = handles.count + 1
    for context in contexts { context.takeUnretainedValue().start(self) }
  }

  deinit {
    stopping.store(true, ordering: .releasing)
    announce()
    for handle in handles { pthread_join(handle, nil) }
    pthread_cond_destroy(wake)
    pthread_mutex_destroy(lock)
    wake.deallocate()
    lock.deallocate()
  }

  /// Runs `body(0, worker) ... body(count - 1, worker)`, each item exactly once, and returns when
  /// all are done. `worker` is less than `threads` and differs between items that run at the same
  /// time, so it can index scratch memory. A call from inside a body runs on that body's thread.
  public func run(_ count: Int, _ body: (_ item: Int, _ worker: Int) -> Void) {
    if let worker = currentWorker {
      for item in 0..<count { body(item, worker) }
      return
    }
    callers.withLock { _ in
      caller.store(pthread_self(), ordering: .relaxed)
      defer { caller.store(0, ordering: .relaxed) }
      if threads == 1 || count <= 1 {
        for item in 0..<count { body(item, 0) }
        return
      }
      withoutActuallyEscaping(body) { body in
        self.body = body
        self.count = count
        next.store(0, ordering: .relaxed)
        busy.store(handles.count, ordering: .relaxed)
        announce()
        drain(body, worker: 0)
        var spins = 0
        while busy.load(ordering: .acquiring) > 0 { pause(&spins) }
        self.body = nil
      }
    }
  }

  /// The index of the calling thread if it is inside `run` already.
  private var currentWorker: Int? {
    let thread = pthread_self()
    if caller.load(ordering: .relaxed) == thread { return 0 }
    return handles.firstIndex(of: thread).map { $0 + 1 }
  }

  private func announce() {
    pthread_mutex_lock(lock)
    generation.add(1, ordering: .releasing)
    pthread_cond_broadcast(wake)
    pthread_mutex_unlock(lock)
  }

  private func drain(_ body: (Int, Int) -> Void, worker: Int) {
    while true {
      let item = next.add(1, ordering: .relaxed).oldValue
      if item >= count { return }
      body(item, worker)
    }
  }

  /// A short wait that enters the system only after many of them.
  private func pause(_ spins: inout Int) {
    spins += 1
    if spins > Self.spins {
      sched_yield()
    } else {
      for _ in 0..<8 { atomicMemoryFence(ordering: .sequentiallyConsistent) }
    }
  }

  fileprivate func work(as worker: Int) {
    var seen = 0
    while true {
      var spins = 0
      while generation.load(ordering: .acquiring) == seen, spins < Self.spins { pause(&spins) }
      if generation.load(ordering: .acquiring) == seen {
        pthread_mutex_lock(lock)
        while generation.load(ordering: .acquiring) == seen { pthread_cond_wait(wake, lock) }
        pthread_mutex_unlock(lock)
      }
      seen = generation.load(ordering: .acquiring)
      if stopping.load(ordering: .acquiring) { return }
      if let body { drain(body, worker: worker) }
      busy.subtract(1, ordering: .releasing)
    }
  }
}

/// What a worker thread starts with. The pool is handed over when it is complete, and not retained:
/// it joins its workers before it goes.
private final class WorkerContext: Sendable {
  private let index: Int
  private let pool = Atomic<UInt>(0)

  init(index: Int) { self.index = index }

  func start(_ pool: ThreadPool) {
    self.pool.store(
      UInt(bitPattern: Unmanaged.passUnretained(pool).toOpaque()), ordering: .releasing)
  }

  func work() {
    var address: UInt = 0
    while address == 0 {
      address = pool.load(ordering: .acquiring)
      if address == 0 { sched_yield() }
    }
    guard let pointer = UnsafeRawPointer(bitPattern: address) else { return }
    Unmanaged<ThreadPool>.fromOpaque(pointer)._withUnsafeGuaranteedRef { $0.work(as: index) }
  }
}

private func workerEntry(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let context else { return nil }
  Unmanaged<WorkerContext>.fromOpaque(context).takeRetainedValue().work()
  return nil
}
