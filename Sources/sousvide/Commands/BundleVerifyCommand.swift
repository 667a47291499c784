import Experiments
import Foundation

/// `sousvide bundle verify BUNDLE`
struct BundleVerifyCommand: Command {
  private static let bundle = Argument<PathArgument>.positional("bundle", help: "the archive")
  private static let signedBy = Argument<PathArgument?>.optional(
    "signed-by", placeholder: "ALLOWED_SIGNERS",
    help: "check BUNDLE.sig, too: who may sign, as OpenSSH's file `allowed_signers` says it")
  private static let identity = Argument<String?>.optional(
    "identity", placeholder: "NAME", help: "who of them it has to be (default: anybody)")
  private static let json = Argument<Bool>.flag(
    "json", help: "print sousvide.verification/1")

  static let specification = CommandSpecification(
    "bundle", "verify", summary: "check every member of a bundle, and every step it records",
    discussion: """
      One line per member and check: verified, not checkable here with the reason, or failed. `sousvide replay` of \
      what `bundle import` makes computes rewards and advantages again. With --signed-by a bundle that is not \
      signed by one who may is a failure, as is one whose signature cannot be checked here.
      """,
    arguments: [
      bundle.specification, signedBy.specification, identity.specification, json.specification,
    ],
    examples: [
      "sousvide bundle verify quickstart.zip",
      "sousvide bundle verify quickstart.zip --signed-by allowed_signers --identity me@example.org",
    ])

  let bundle: String
  let allowed: URL?
  let identity: String?
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    bundle = try arguments[Self.bundle].path
    allowed = try arguments[Self.signedBy].map { URL(fileURLWithPath: $0.path) }
    identity = try arguments[Self.identity]
    json = try arguments[Self.json]
    if identity != nil, allowed == nil {
      throw UsageError(
        message: "--identity is one of those that --signed-by FILE names",
        command: Self.specification.words)
    }
  }

  func run(_ console: Console) async throws -> ExitCode {
    let url = URL(fileURLWithPath: bundle)
    let signature = try allowed.map {
      try BundleSignature.check(
        url, allowed: $0, identity: identity, path: BundleFacts.commandPath)
    }
    let checks = (signature.map { [$0] } ?? []) + (try RunBundle(url).verified())
    if json { console.print(try JSONOutput.text(VerificationOutput(checks))) }
    for check in checks where !json {
      switch check.outcome {
      case .verified: console.print("verified            \(check.name)")
      case .notCheckable(let reason): console.print("not checkable here  \(check.name): \(reason)")
      case .failed(let reason):
        console.print("failed              \(check.name): \(reason)")
      }
    }
    let failed = checks.count { check in
      if case .failed = check.outcome { true } else { false }
    }
    if failed == 0, case .notCheckable(let reason) = signature?.outcome {
      console.complain("error: nobody can say who signed '\(bundle)': \(reason)")
      return .failure
    }
    guard failed > 0 else { return .success }
    console.complain("error: \(failed) of \(checks.count) checks of '\(bundle)' failed")
    return .failure
  }
}

/// `sousvide.verification/1`
private struct VerificationOutput: Encodable {
  struct Check: Encodable {
    var name: String
    /// `verified`, `not_checkable` or `failed`.
    var outcome: String
    var reason: String?
  }

  var schema = "sousvide.verification/1"
  var checks: [Check]

  init(_ checks: [BundleCheck]) {
    self.checks = checks.map { check in
      switch check.outcome {
      case .verified: Check(name: check.name, outcome: "verified")
      case .notCheckable(let reason):
        Check(name: check.name, outcome: "not_checkable", reason: reason)
      case .failed(let reason): Check(name: check.name, outcome: "failed", reason: reason)
      }
    }
  }
}
