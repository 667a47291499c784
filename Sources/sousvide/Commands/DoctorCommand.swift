import Experiments
import Foundation
import RecipeLanguage

/// `sousvide doctor [RECIPE]`
struct DoctorCommand: Command {
  private static let recipe = Argument<PathArgument?>.optionalPositional(
    "recipe", help: "whose secrets are looked for")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.doctor/1")

  static let specification = CommandSpecification(
    "doctor", summary: "whether this machine has what runs need, as one block for a bug report",
    discussion: """
      Version, processor, kernels, memory, disk, FFmpeg with its codecs, secrets by name (never their \
      values), and a test of determinism: three steps with one thread and with two, compared bit for bit. \
      Exits with 1 when something essential is missing.
      """,
    arguments: [recipe.specification, json.specification],
    examples: ["sousvide doctor", "sousvide doctor recipes/videop2r/videop2r.yaml"])

  let recipe: PathArgument?
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    recipe = try arguments[Self.recipe]
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let folder = URL(
      fileURLWithPath: FileManager.default.currentDirectoryPath, isDirectory: true)
    var findings = [Finding("sousvide", Sousvide.tool.version)]
    findings += MachineFindings.all(in: folder)
    if let recipe {
      guard let checked = RecipeLoading(console: console, showsWarnings: false).check(recipe).recipe
      else { return .failure }
      findings += Self.secrets(of: checked.root, in: ProcessInfo.processInfo.environment)
    }
    findings.append(await SelfTest.finding())
    console.print(
      json
        ? try JSONOutput.text(DoctorOutput(findings: findings))
        : DoctorText.block(findings))
    return findings.contains { $0.status == .failure } ? .failure : .success
  }

  /// Which secrets of a recipe the environment has.
  static func secrets(of recipe: Record, in environment: [String: String]) -> [Finding] {
    (recipe.optionalRecord("secrets")?.records ?? []).map { secret in
      let variable = secret.optionalString("env") ?? secret.name
      let isThere = !(environment[variable] ?? "").isEmpty
      return Finding(
        "secret", "\(secret.name), from \(variable): \(isThere ? "there" : "not there")",
        isThere ? .ok : .failure, help: isThere ? nil : "set the environment variable \(variable)")
    }
  }
}

/// Findings as lines that can be pasted anywhere.
enum DoctorText {
  static func block(_ findings: [Finding]) -> String {
    let width = findings.map(\.name.count).max() ?? 0
    return findings.flatMap { finding in
      let mark =
        switch finding.status {
        case .ok: "ok  "
        case .warning: "warn"
        case .failure: "FAIL"
        }
      let name = finding.name.padding(toLength: width, withPad: " ", startingAt: 0)
      let help = finding.status == .ok ? nil : finding.help
      return ["\(mark)  \(name)  \(finding.value)"]
        + (help.map { [String(repeating: " ", count: width + 8) + $0] } ?? [])
    }.joined(separator: "\n")
  }
}

/// `sousvide.doctor/1`
private struct DoctorOutput: Encodable {
  var schema = "sousvide.doctor/1"
  var isHealthy: Bool
  var findings: [Finding]

  init(findings: [Finding]) {
    self.findings = findings
    isHealthy = !findings.contains { $0.status == .failure }
  }
}
