import Experiments
import Foundation
import RecipeLanguage
import Trainer

/// `sousvide bundle create RUN`
struct BundleCreateCommand: Command {
  private static let run = Argument<PathArgument>.positional(
    "run", help: "the folder of a run, such as runs/quickstart")
  private static let output = Argument<PathArgument?>.optional(
    "output", short: "o", placeholder: "BUNDLE",
    help: "the archive (default: RUN.zip beside the run)")
  private static let lock = Argument<PathArgument?>.optional(
    "lock", placeholder: "FILE",
    help:
      "a lock of the recipe in place of the run's own: one that `sousvide lock` wrote has media too"
  )
  private static let withWeights = Argument<Bool>.flag(
    "with-weights", help: "include checkpoints, which are otherwise known by their digests")
  private static let withData = Argument<Bool>.flag(
    "with-data",
    help:
      "include records, the media they name, and texts that passages come from; what recipes generate is not"
  )
  private static let sign = Argument<PathArgument?>.optional(
    "sign", placeholder: "KEY",
    help: "write BUNDLE.sig beside it, an SSH signature with this key (ssh-keygen makes it)")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.bundle-created/1")

  static let specification = CommandSpecification(
    "bundle", "create", summary: "archive a run so that anyone can check and replay it",
    discussion: """
      Recipe, graph, trace, metrics, rollouts, evaluations, report, tokenizer, a model card and RO-Crate \
      metadata in a ZIP archive, each with its SHA-256. Equal files make equal bytes. Values of the recipe's secrets \
      and texts that look like access keys are refused, with their place. The archive appears whole or not at all, \
      with its signature where it is asked for.
      """,
    arguments: [
      run.specification, output.specification, lock.specification, withWeights.specification,
      withData.specification, sign.specification, json.specification,
    ],
    examples: [
      "sousvide bundle create runs/quickstart",
      "sousvide bundle create runs/quickstart -o quickstart.zip --with-weights",
      "sousvide bundle create runs/text_only --with-data --sign ~/.ssh/id_ed25519",
    ])

  let run: PathArgument
  let output: String?
  let lock: String?
  let withWeights: Bool
  let withData: Bool
  let key: URL?
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    run = try arguments[Self.run]
    output = try arguments[Self.output]?.path
    lock = try arguments[Self.lock]?.path
    withWeights = try arguments[Self.withWeights]
    withData = try arguments[Self.withData]
    key = try arguments[Self.sign].map { URL(fileURLWithPath: $0.path) }
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let directory = try RunDirectory.open(at: URL(fileURLWithPath: run.path, isDirectory: true))
    guard let made = try RunRecipe(directory, console) else { return .failure }
    let recipe = made.recipe
    let url = URL(fileURLWithPath: output ?? directory.url.path + ".zip")
    let signing = try key.map { key in
      let signing = try BundleSignature(path: BundleFacts.commandPath)
      try signing.prepare(key, for: url)
      return (key: key, by: signing)
    }
    let manifest = try RunBundle.create(
      url, of: directory, about: BundleFacts.description(recipe.root), withWeights: withWeights,
      data: withData ? BundleFacts.data(of: directory, made) { console.note($0) } : nil,
      lock: lock.map { try Self.lock($0) }, secrets: BundleFacts.secrets(recipe.root)
    ) { manifest in
      console.note("writing \(Self.sizes(manifest)) to \(url.relativePath)")
    }
    let signature = try signing.map { signing -> URL in
      do {
        return try signing.by.sign(url, with: signing.key)
      } catch {
        // Whoever asks for a signed bundle has no use for another one.
        try? FileManager.default.removeItem(at: url)
        throw error
      }
    }
    console.print(
      json
        ? try JSONOutput.text(
          BundleCreateOutput(
            file: url.path, members: manifest.members.count, references: manifest.references.count,
            signature: signature?.path))
        : url.path)
    console.note(
      "\(manifest.members.count) members; \(manifest.references.count) more are known by their digests"
    )
    if RecipeJudges.asksModels(recipe), !directory.contains(.answers) {
      console.note(
        "warning: the run has not kept what its judges said; a replay elsewhere needs the tape beside it"
      )
    }
    return .success
  }

  /// How much there is of what.
  private static func sizes(_ manifest: BundleManifest) -> String {
    var text = "\(manifest.members.count) members, \(ForecastText.bytes(manifest.size))"
    for (role, name) in [(BundleRole.records, "records"), (.media, "media"), (.weights, "weights")]
    {
      let members = manifest.members.filter { $0.role == role }
      guard !members.isEmpty else { continue }
      let files = members.count == 1 ? "a file" : "\(members.count) files"
      text +=
        "; \(name): \(files), \(ForecastText.bytes(members.reduce(0) { $0 + $1.size }))"
    }
    return text
  }

  private static func lock(_ path: String) throws -> Data {
    do {
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      _ = try RecipeLock(data)
      return data
    } catch let error as LockError {
      throw ExperimentError.malformed(file: path, line: 0, reason: error.description)
    } catch {
      throw ExperimentError.cannotRead(file: path, reason: error.localizedDescription)
    }
  }
}

/// `sousvide.bundle-created/1`
private struct BundleCreateOutput: Encodable {
  var schema = "sousvide.bundle-created/1"
  var file: String
  var members: Int
  /// What is known by its digest only.
  var references: Int
  /// The file of the signature; absent without one.
  var signature: String?
}
