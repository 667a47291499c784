import Experiments
import Foundation

/// `sousvide bundle verify BUNDLE`
struct BundleVerifyCommand: Command {
  private static let bundle = Argument<PathArgument>.positional("bundle", help: "the archive")

  static let specification = CommandSpecification(
    "bundle", "verify", summary: "check every member of a bundle, and every step it records",
    discussion: """
      One line per member and check: verified, not checkable here with the reason, or failed. `sousvide replay` of \
      what `bundle import` makes computes rewards and advantages again.
      """,
    arguments: [bundle.specification], examples: ["sousvide bundle verify quickstart.zip"])

  let bundle: String

  init(_ arguments: ParsedArguments) throws {
    bundle = try arguments[Self.bundle].path
  }

  func run(_ console: Console) async throws -> ExitCode {
    let checks = try RunBundle(URL(fileURLWithPath: bundle)).verified()
    var failed = 0
    for check in checks {
      switch check.outcome {
      case .verified: console.print("verified            \(check.name)")
      case .notCheckable(let reason): console.print("not checkable here  \(check.name): \(reason)")
      case .failed(let reason):
        failed += 1
        console.print("failed              \(check.name): \(reason)")
      }
    }
    guard failed > 0 else { return .success }
    console.complain("error: \(failed) of \(checks.count) checks of '\(bundle)' failed")
    return .failure
  }
}
