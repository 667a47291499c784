import RecipeLanguage
import Rewards
import Synchronization

/// Who counts and pays for the questions of a command.
public protocol JudgeAccount: Sendable {
  /// One more question goes to a model.
  ///
  /// - Throws: `JudgeError.spent` when that is one too many.
  func begin() throws
  /// An answer has cost so many dollars.
  func pay(_ dollars: Double)
}

extension JudgeSpending: JudgeAccount {}

/// The judges and generators of one recipe that are language models. Each is made once, so that all who
/// ask it share its limits, its outages and its counts.
public final class JudgeRoster: Sendable {
  private let secrets: SecretStore
  private let tape: JudgeTape?
  private let isOffline: Bool
  private let account: any JudgeAccount
  private let clock: any JudgeClock
  private let models: (any LocalModelLibrary)?
  private let makeTransport: @Sendable (_ connections: Int) -> any HTTPTransport
  private let announce: @Sendable (String) -> Void
  private let waiting = Waiting()
  private let made = Mutex<[String: ModelJudge]>([:])

  /// - Parameters:
  ///   - tape: where answers are kept and looked up.
  ///   - isOffline: whether only the tape may answer.
  ///   - models: those that this program runs itself; nil where it runs none.
  ///   - announce: told when a server goes away and comes back.
  public init(
    secrets: SecretStore, tape: JudgeTape?, isOffline: Bool = false, account: any JudgeAccount,
    clock: any JudgeClock = SystemJudgeClock(), models: (any LocalModelLibrary)? = nil,
    transport: @escaping @Sendable (_ connections: Int) -> any HTTPTransport = {
      URLSessionTransport(connections: $0)
    }, announce: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.secrets = secrets
    self.tape = tape
    self.isOffline = isOffline
    self.account = account
    self.clock = clock
    self.models = models
    makeTransport = transport
    self.announce = announce
  }

  /// What asking each judge came to so far.
  public var counts: [String: JudgeCounts] {
    made.withLock { $0.mapValues { $0.telemetry.current } }
  }

  /// Has every question end with `CancellationError` that waits for its turn or for a server that is
  /// away, now and from now on. First answers that are on their way are still taken.
  public func endWaiting() { waiting.end() }

  /// The generator of that name.
  ///
  /// - Parameter settings: its entry under `generators` of a checked recipe.
  /// - Throws: as `judge`.
  public func generator(_ name: String, _ settings: Record) throws -> ModelGenerator {
    // A judge may have the same name.
    let key = "generator \(name)"
    let model = try made.withLock { made in
      if let known = made[key] { return known }
      let model = try make(
        name, settings, VerdictReader(tag: "", values: .text, isStructured: false))
      made[key] = model
      return model
    }
    let shows = try settings.template("prompt").holes.map(\.source)
      .reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    return ModelGenerator(name: name, shows: shows, model: model)
  }

  /// The judge of that name.
  ///
  /// - Parameter settings: its entry under `judges` of a checked recipe.
  /// - Throws: `JudgeError.address`; `JudgeError.model` where the contents of a folder are not known;
  ///   `RewardError.unknown` for a kind that is no language model.
  public func judge(_ name: String, _ settings: Record) throws -> ModelJudge {
    try made.withLock { made in
      if let known = made[name] { return known }
      let judge = try make(name, settings, VerdictReader(settings.record("verdict")))
      made[name] = judge
      return judge
    }
  }

  /// Reads the secret of a judge without asking anything, so that a run does not start in vain.
  ///
  /// - Throws: `JudgeError.missingSecret`, `.unusableSecret`.
  public func checkSecret(_ name: String, _ settings: Record) throws {
    guard !isOffline else { return }
    _ = try Self.secret(name, settings, secrets)
  }

  private static func secret(
    _ name: String, _ settings: Record, _ secrets: SecretStore
  ) throws -> Secret? {
    guard let auth = settings.optionalString("auth") else { return nil }
    let prefix = "secrets."
    let key = auth.hasPrefix(prefix) ? String(auth.dropFirst(prefix.count)) : auth
    return try secrets.secret(key, judge: name)
  }

  private func make(
    _ name: String, _ settings: Record, _ verdict: VerdictReader
  ) throws -> ModelJudge {
    let api = try settings.string("api")
    let tape = settings.optionalBoolean("cache") == false ? nil : tape
    let telemetry = JudgeTelemetry()
    let sampling = try JudgeSampling(settings.record("sampling"))
    let model: String
    let client: OnceMade<any ChatClient>
    if let kind = JudgeKinds.remote.first(where: { $0.schema.name == api }) {
      model = try settings.string("model")
      client = try remote(name, settings, kind, telemetry)
    } else if api == LocalJudge.schema.name {
      let local = try LocalModelSettings(settings)
      model = try identity(of: local, judge: name, tape)
      client = self.local(name, local, sampling, telemetry)
    } else {
      throw RewardError.unknown(what: "kind of judge", name: api, help: nil)
    }
    let prompt = JudgePrompt(
      judge: name, model: model, template: try settings.template("prompt"), sampling: sampling,
      verdict: verdict)
    return ModelJudge(
      name: name, prompt: prompt, tape: tape, isOffline: isOffline, telemetry: telemetry,
      makeClient: { try client.value() })
  }

  private func remote(
    _ name: String, _ settings: Record, _ kind: any RemoteJudgeKind.Type,
    _ telemetry: JudgeTelemetry
  ) throws -> OnceMade<any ChatClient> {
    let address = try JudgeAddress(settings.string("base_url"), judge: name)
    let limits = try JudgeLimits(settings.record("limits"))
    let price = try JudgePrice(settings)
    return OnceMade { [secrets, account, clock, waiting, makeTransport, announce] in
      let backend = kind.backend(address)
      return JudgeClient(
        judge: name, url: address.url(backend.path), backend: backend,
        secret: try Self.secret(name, settings, secrets), limits: limits, price: price,
        transport: makeTransport(limits.concurrency), clock: clock, waiting: waiting,
        telemetry: telemetry,
        begin: { try account.begin() }, pay: { account.pay($0) }, announce: announce)
    }
  }

  private func local(
    _ name: String, _ model: LocalModelSettings, _ sampling: JudgeSampling,
    _ telemetry: JudgeTelemetry
  ) -> OnceMade<any ChatClient> {
    OnceMade { [models, account, clock, waiting] in
      guard let models else {
        throw JudgeError.model(judge: name, message: "\(model.name) is not to be run here")
      }
      do {
        return LocalClient(
          judge: name, model: try models.model(model), sampling: sampling, waiting: waiting,
          clock: clock, telemetry: telemetry, begin: { try account.begin() })
      } catch {
        throw JudgeError.model(judge: name, message: "\(error)")
      }
    }
  }

  /// What the answers of a model in a folder are known by. The tape keeps it for when the folder is gone.
  private func identity(
    of model: LocalModelSettings, judge: String, _ tape: JudgeTape?
  ) throws -> String {
    let digest: String?
    do {
      digest = try models?.digest(of: model)
    } catch {
      throw JudgeError.model(judge: judge, message: "\(error)")
    }
    guard let digest else {
      throw JudgeError.model(judge: judge, message: "\(model.name) is not to be run here")
    }
    for name in model.names {
      // Who keeps what the tape was used for has it in either case.
      if isOffline {
        _ = try tape?.digest(ofModel: name)
      } else {
        try tape?.note(model: name, digest: digest)
      }
    }
    return model.identity(digest: digest)
  }
}

/// A value that is made when it is first needed.
private final class OnceMade<Value: Sendable>: Sendable {
  private let make: @Sendable () throws -> Value
  private let made = Mutex<Value?>(nil)

  init(_ make: @escaping @Sendable () throws -> Value) { self.make = make }

  func value() throws -> Value {
    try made.withLock { made in
      if let made { return made }
      let value = try make()
      made = value
      return value
    }
  }
}
