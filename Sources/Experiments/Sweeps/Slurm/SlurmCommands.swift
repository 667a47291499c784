import Foundation

/// Slurm's commands, and what they answer.
public struct SlurmCommands: Sendable {
  private let sbatch: URL
  private let squeue: URL
  private let scancel: URL
  /// Not every cluster keeps accounts.
  private let sacct: URL?
  /// How long an answer is waited for. Slurm's own commands try for long.
  private let patience: Double

  /// - Parameter path: the folders of commands, as PATH has them.
  /// - Throws: `SlurmError.missing`.
  public init(path: String, patience: Double = 60) throws {
    func find(_ command: String) throws -> URL {
      let found = path.split(separator: ":").lazy
        .map { URL(fileURLWithPath: String($0), isDirectory: true).appendingPathComponent(command) }
        .first { FileManager.default.isExecutableFile(atPath: $0.path) }
      guard let found else { throw SlurmError.missing(command: command, path: path) }
      return found
    }
    sbatch = try find("sbatch")
    squeue = try find("squeue")
    scancel = try find("scancel")
    sacct = try? find("sacct")
    self.patience = patience
  }

  /// Submits a job array.
  ///
  /// - Parameter lock: held by the command as long as it lives.
  /// - Returns: the number of the array.
  /// - Throws: `SlurmError.refused`, and `.noAnswer` or `.notUnderstood` where it may have been taken all
  ///   the same.
  func submit(_ arguments: [String], holding lock: FileLock) throws -> String {
    let call = try call(sbatch, arguments, holding: lock)
    guard call.exit == .code(0) else {
      throw SlurmError.refused(command: "sbatch", reason: call.complaint)
    }
    // `812`, or `812;cluster`, after whatever a site has to say to its users.
    let numbers = call.output.split(separator: "\n").compactMap { line in
      line.split(separator: ";").first.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    guard let number = numbers.last(where: { UInt64($0) != nil }) else {
      throw SlurmError.notUnderstood(command: "sbatch", said: call.complaint)
    }
    return number
  }

  /// What the queue says of the arrays with these names, and of what it remembers of those that have
  /// ended (`MinJobAge`, five minutes where a site has not chosen otherwise).
  ///
  /// - Throws: `SlurmError.refused`, `.noAnswer`.
  func queue(_ names: some Collection<String>) throws -> SlurmAnswer {
    // Filters that a user has set for the eye.
    let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("SQUEUE_") }
    let call = try call(
      squeue,
      [
        "--array", "--states=all", "--user=\(getuid())",
        "--name=" + names.sorted().joined(separator: ","), "--Format=" + SlurmJob.queueFormat,
      ], environment: environment)
    guard call.exit == .code(0) else {
      throw SlurmError.refused(command: "squeue", reason: call.complaint)
    }
    return SlurmAnswer(call.output)
  }

  /// How a job ended that the queue has forgotten; nil where nobody knows.
  func account(of job: String) -> SlurmJob? {
    guard let sacct,
      let call = try? call(
        sacct,
        [
          "--noheader", "--parsable2", "--allocations", "--jobs=\(job)",
          "--format=" + SlurmJob.accountingFormat,
        ]), call.exit == .code(0)
    else { return nil }
    return call.output.split(separator: "\n").compactMap(SlurmJob.init(accountingLine:))
      .last { $0.number == job }
  }

  /// Ends jobs, whether they wait or run. One that has ended is no error.
  ///
  /// - Throws: `SlurmError.refused`, `.noAnswer`.
  func cancel(_ jobs: [String]) throws {
    let call = try call(scancel, jobs)
    guard call.exit == .code(0) else {
      throw SlurmError.refused(command: "scancel", reason: call.complaint)
    }
  }

  private func call(
    _ program: URL, _ arguments: [String], environment: [String: String]? = nil,
    holding lock: FileLock? = nil
  ) throws -> ProgramCall {
    let command = program.lastPathComponent
    do {
      return try ProgramCall.run(
        program, arguments, environment: environment, keeping: lock?.descriptor,
        seconds: patience)
    } catch let error as ProgramCall.TookTooLong {
      throw SlurmError.noAnswer(command: command, seconds: Int(error.seconds))
    } catch {
      throw SlurmError.refused(command: command, reason: "\(error)")
    }
  }
}
