import Experiments
import Foundation

/// `sousvide bundle verify BUNDLE`
struct BundleVerifyCommand: Command {
  private static let bundle = Argument<PathArgument>.positional("bundle", help: "the archive")
  private static let json = Argument<Bool>.flag(
    "json", help: "print sousvide.verification/1")

  static let specification = CommandSpecification(
    "bundle", "verify", summary: "check every member of a bundle, and every step it records",
    discussion: """
      One line per member and check: verified, not checkable here with the reason, or failed. `sousvide replay` of \
      what `bundle import` makes computes rewards and advantages again.
      """,
    arguments: [bundle.specification, json.specification],
    examples: ["sousvide bundle verify quickstart.zip"])

  let bundle: String
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    bundle = try arguments[Self.bundle].path
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let checks = try RunBundle(URL(fileURLWithPath: bundle)).verified()
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
