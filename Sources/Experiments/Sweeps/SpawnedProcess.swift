import Foundation

/// A process that was started here, in a session of its own, so that neither the terminal nor the end of
/// this process ends it.
public final class SpawnedProcess: TrialWork {
  /// Why no process was started.
  public struct NotStarted: Error, CustomStringConvertible {
    public let description: String
  }

  public let number: Int
  private var exit: TrialExit?

  private init(_ number: pid_t) { self.number = Int(number) }

  /// Starts a program; what it prints is added to the files.
  ///
  /// - Parameters:
  ///   - input: what it reads; nil for nothing.
  ///   - error: of what it prints to standard error; nil for the file of its output.
  ///   - environment: nil for that of this process.
  ///   - keeping: an open file that it keeps open as long as it lives.
  /// - Throws: `NotStarted`.
  public static func start(
    _ program: URL, _ arguments: [String], input: URL? = nil, output: URL, error: URL? = nil,
    environment: [String: String]? = nil, keeping descriptor: Int32? = nil
  ) throws -> SpawnedProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    func open(_ number: Int32, _ file: URL) {
      posix_spawn_file_actions_addopen(
        &actions, number, file.path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    }
    posix_spawn_file_actions_addopen(
      &actions, STDIN_FILENO, input?.path ?? "/dev/null", O_RDONLY, 0)
    open(STDOUT_FILENO, output)
    if let error {
      open(STDERR_FILENO, error)
    } else {
      posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
    }
    if let descriptor {
      posix_spawn_file_actions_adddup2(&actions, descriptor, STDERR_FILENO + 1)
    }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    // What this process ignores would stay ignored.
    var usual = sigset_t()
    sigemptyset(&usual)
    for number in [SIGINT, SIGTERM, SIGPIPE] { sigaddset(&usual, number) }
    posix_spawnattr_setsigdefault(&attributes, &usual)
    let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | newSession
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let words = CStrings([program.path] + arguments)
    let variables = environment.map { CStrings($0.map { "\($0)=\($1)" }) }
    var number = pid_t()
    let code = withExtendedLifetime((words, variables)) {
      posix_spawn(
        &number, program.path, &actions, &attributes, words.pointers,
        variables?.pointers ?? environ)
    }
    guard code == 0 else {
      throw NotStarted(
        description: "\(program.path) cannot be started: \(String(cString: strerror(code)))")
    }
    return SpawnedProcess(number)
  }

  /// `POSIX_SPAWN_SETSID`, which glibc hides behind a feature macro.
  private static let newSession: Int32 = 0x80

  public var worker: TrialWorker { .process(number) }

  public func poll() -> TrialExit? {
    if let exit { return exit }
    var status: Int32 = 0
    let found = waitpid(pid_t(number), &status, WNOHANG)
    if found == 0 || (found < 0 && errno == EINTR) { return nil }
    exit = found < 0 ? .code(-1) : TrialExit(status: Int(status))
    return exit
  }

  public func interrupt() { send(SIGINT) }
  public func kill() { send(SIGKILL) }

  /// Never to a number that may be that of another process by now.
  private func send(_ number: Int32) {
    if poll() == nil { _ = Foundation.kill(pid_t(self.number), number) }
  }
}

/// Texts as C has them, ended by none.
private final class CStrings {
  let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
  private let count: Int

  init(_ texts: [String]) {
    count = texts.count
    pointers = .allocate(capacity: count + 1)
    for (index, text) in texts.enumerated() {
      (pointers + index).initialize(to: strdup(text))
    }
    (pointers + count).initialize(to: nil)
  }

  deinit {
    for index in 0..<count { free(pointers[index]) }
    pointers.deallocate()
  }
}

extension TrialExit {
  /// As the system tells of it: the signal in the lowest bits, the code above them.
  init(status: Int) {
    let signal = status & 0x7f
    self = signal == 0 ? .code((status >> 8) & 0xff) : .signal(signal)
  }
}
