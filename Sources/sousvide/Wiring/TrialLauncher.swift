import Experiments
import Foundation

/// Starts this program again for one trial of a sweep.
struct TrialLauncher {
  /// The program itself.
  let program: URL
  let folder: SweepFolder
  /// The words before those of a trial: `run RECIPE --data …`.
  let words: [String]

  /// Why no process was started.
  struct NotStarted: Error, CustomStringConvertible {
    let description: String
  }

  /// The program that this process executes.
  static var thisProgram: URL {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(fileURLWithPath: link ?? CommandLine.arguments[0])
  }

  /// The command line of a trial, without the program.
  func arguments(_ trial: SweepSpecification.Trial) -> [String] {
    words + ["--runs", folder.url.path, "--name", trial.name, "--graph", trial.digest]
      + trial.arguments
  }

  /// A process in a session of its own, so that neither the terminal nor the end of this process ends
  /// it. What it prints goes to the trial's log.
  ///
  /// - Throws: `NotStarted`.
  func launch(_ trial: SweepSpecification.Trial) throws -> any TrialProcess {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let log = folder.log(of: trial.name).path
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(
      &actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)

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
    let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF) | Self.newSession
    posix_spawnattr_setflags(&attributes, Int16(flags))

    var words: [UnsafeMutablePointer<CChar>?] = ([program.path] + arguments(trial)).map {
      strdup($0)
    }
    words.append(nil)
    defer { for word in words { free(word) } }
    var number = pid_t()
    let code = posix_spawn(&number, program.path, &actions, &attributes, words, environ)
    guard code == 0 else {
      throw NotStarted(
        description: "\(program.path) cannot be started: \(String(cString: strerror(code)))")
    }
    return SpawnedTrial(number)
  }

  /// `POSIX_SPAWN_SETSID`, which glibc hides behind a feature macro.
  private static let newSession: Int32 = 0x80
}

/// A process that was started for a trial.
final class SpawnedTrial: TrialProcess {
  let number: Int
  private var exit: TrialExit?

  init(_ number: pid_t) { self.number = Int(number) }

  func poll() -> TrialExit? {
    if let exit { return exit }
    var status: Int32 = 0
    let found = waitpid(pid_t(number), &status, WNOHANG)
    if found == 0 || (found < 0 && errno == EINTR) { return nil }
    let signal = Int(status & 0x7f)
    exit =
      found < 0 ? .code(-1) : signal == 0 ? .code(Int(status >> 8) & 0xff) : .signal(signal)
    return exit
  }

  func interrupt() { send(SIGINT) }
  func kill() { send(SIGKILL) }

  /// Never to a number that may be that of another process by now.
  private func send(_ number: Int32) {
    if poll() == nil { _ = Foundation.kill(pid_t(self.number), number) }
  }
}
