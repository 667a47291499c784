import Experiments
import Foundation

/// `sousvide watch RUN`
struct WatchCommand: Command {
  private static let run = Argument<PathArgument>.positional(
    "run", help: "the name of a run, or its folder, such as runs/quickstart")
  private static let serve = Argument<Bool>.flag(
    "serve", help: "show it as a page too, to browsers of this machine alone")
  private static let port = Argument<Int?>.optional(
    "port", help: "where the page is served, 0 for any free port (default: \(defaultPort))")
  private static let json = Argument<Bool>.flag(
    "json", help: "print sousvide.watch/1, an object in a line of its own for every change")

  static let specification = CommandSpecification(
    "watch", summary: "follow a run while another process makes it",
    discussion: """
      Reads the run's files only, so that it may have been started anywhere and by anyone, and disturbs \
      nothing. Ends with the run: with 0 when it has finished, with 1 when it failed, was stopped or was \
      killed. Ctrl-C ends watching, not the run.
      """,
    arguments: [
      run.specification, RunsArgument.specification, serve.specification, port.specification,
      json.specification,
    ],
    examples: [
      "sousvide watch quickstart", "sousvide watch runs/quickstart --serve",
      "sousvide watch quickstart --json | jq .current.seconds_left",
    ])

  private static let defaultPort = 8790

  let path: PathArgument
  let runs: URL
  let port: Int?
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    path = try arguments[Self.run]
    runs = try RunsArgument.folder(arguments)
    let given = try arguments[Self.port]
    let serves = try arguments[Self.serve]
    json = try arguments[Self.json]
    guard serves || given == nil else {
      throw UsageError(message: "--port is for --serve", command: ["watch"])
    }
    if let given, given != 0, !(1024...65535).contains(given) {
      throw UsageError(message: "--port: \(ServingError(refusing: given))", command: ["watch"])
    }
    port = serves ? given ?? Self.defaultPort : nil
  }

  func run(_ console: Console) async throws -> ExitCode {
    let run = try RunsFolder.run(path.path, in: runs)
    var follower = RunFollower(run)
    var snapshot = try follower.update()
    let live = LiveRun(follower, snapshot)
    let server = try port.flatMap { port in
      // A run that has ended has a report.
      snapshot.outcome.isEnded ? nil : try PageServer(port: port) { live.document(at: $0) }
    }
    defer { server?.stop() }
    if let server { console.note("the run is shown at \(server.address)") }

    var display = WatchDisplay(console: console)
    func show() throws {
      live.show(snapshot, of: follower)
      if json {
        console.print(try JSONOutput.line(WatchOutput(snapshot: snapshot)))
      } else {
        display.show(snapshot, now: ProcessInfo.processInfo.systemUptime)
      }
    }
    try show()
    while !snapshot.outcome.isEnded {
      try await Task.sleep(for: .seconds(1))
      let next = try follower.update()
      guard next != snapshot else { continue }
      snapshot = next
      try show()
    }
    if server != nil { try await lastWords(of: live) }
    if !json { console.note(Self.end(of: run, snapshot)) }
    return snapshot.outcome == .finished ? .success : .failure
  }

  /// A page asks once a second: it is given the time to hear how the run has ended.
  private func lastWords(of live: LiveRun) async throws {
    for _ in 0..<30 where !live.hasToldTheEnd { try await Task.sleep(for: .milliseconds(100)) }
  }

  private static func end(of run: RunDirectory, _ snapshot: RunSnapshot) -> String {
    let path = run.url.relativePath
    switch snapshot.outcome {
    case .killed:
      return "no process works on \(path): it was killed. The same `sousvide run` goes on with it"
    case .interrupted:
      return "\(path) was stopped with its state saved. The same `sousvide run` goes on with it"
    case .failed: return "\(path) has failed; what it said is with whoever started it"
    case .finished, .starting, .running:
      return "finished; its report: \(run.url(of: .report).relativePath)"
    }
  }
}

/// `sousvide.watch/1`
private struct WatchOutput: Encodable {
  var snapshot: RunSnapshot

  private enum CodingKeys: CodingKey { case schema }

  func encode(to encoder: any Encoder) throws {
    try snapshot.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("sousvide.watch/1", forKey: .schema)
  }
}
