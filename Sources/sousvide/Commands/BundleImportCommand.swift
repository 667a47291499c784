import Experiments
import Foundation

/// `sousvide bundle import BUNDLE --into FOLDER`
struct BundleImportCommand: Command {
  private static let bundle = Argument<PathArgument>.positional("bundle", help: "the archive")
  private static let folder = Argument<PathArgument?>.optional(
    "into", placeholder: "FOLDER", help: "the folder of the run, which is made")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.bundle-imported/1")

  static let specification = CommandSpecification(
    "bundle", "import", summary: "make a run's folder of a bundle, for replay and eval",
    discussion: """
      Executes nothing. Links, devices, names that lead elsewhere, members that the manifest does not list and \
      bytes that it does not announce are refused, and nothing is left then.
      """,
    arguments: [bundle.specification, folder.specification, json.specification],
    examples: ["sousvide bundle import quickstart.zip --into runs/theirs"])

  let bundle: String
  let folder: String
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    bundle = try arguments[Self.bundle].path
    json = try arguments[Self.json]
    guard let folder = try arguments[Self.folder]?.path else {
      throw UsageError(
        message: "--into says which folder to make", command: Self.specification.words)
    }
    self.folder = folder
  }

  func run(_ console: Console) async throws -> ExitCode {
    let (run, manifest) = try RunBundle(URL(fileURLWithPath: bundle))
      .unpack(into: URL(fileURLWithPath: folder, isDirectory: true))
    console.print(
      json
        ? try JSONOutput.text(
          BundleImportOutput(run: run.url.path, members: manifest.members.count))
        : run.url.path)
    console.note(
      "\(manifest.members.count) members of run \(manifest.run); `sousvide replay \(folder)` computes them again"
    )
    return .success
  }
}

/// `sousvide.bundle-imported/1`
private struct BundleImportOutput: Encodable {
  var schema = "sousvide.bundle-imported/1"
  var run: String
  var members: Int
}
