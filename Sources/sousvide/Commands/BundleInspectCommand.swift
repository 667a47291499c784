import Experiments
import Foundation

/// `sousvide bundle inspect BUNDLE`
struct BundleInspectCommand: Command {
  private static let bundle = Argument<PathArgument>.positional("bundle", help: "the archive")
  private static let json = Argument<Bool>.flag(
    "json", help: "print the manifest, sousvide.bundle/1")

  static let specification = CommandSpecification(
    "bundle", "inspect", summary: "list what is in a bundle, and what it rests on",
    discussion: "Reads the manifest only; `bundle verify` looks into the members.",
    arguments: [bundle.specification, json.specification],
    examples: ["sousvide bundle inspect quickstart.zip"])

  let bundle: String
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    bundle = try arguments[Self.bundle].path
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let manifest = try RunBundle(URL(fileURLWithPath: bundle)).manifest()
    guard !json else {
      console.print(try JSONOutput.text(manifest))
      return .success
    }
    console.print("\(manifest.run) (\(manifest.schema))")
    let width = manifest.members.map { "\($0.size)".count }.max() ?? 0
    for member in manifest.members {
      let size = "\(member.size)"
      let space = String(repeating: " ", count: width - size.count)
      console.print("\(space)\(size)  \(member.sha256.prefix(12))  \(member.path)")
    }
    for reference in manifest.references {
      console.print(
        "\(String(repeating: " ", count: width))  \(reference.sha256.prefix(12))  \(reference.name) (not included)"
      )
    }
    return .success
  }
}
