import Foundation

/// Detached SSH signatures of bundles: `NAME.zip.sig` beside `NAME.zip`, made and checked by `ssh-keygen -Y`
/// (OpenSSH 8.2 and later). Keys and the file of allowed signers are OpenSSH's own.
public struct BundleSignature: Sendable {
  /// What signatures are for: one that was made for something else does not hold.
  public static let namespace = "sousvide-bundle"
  /// More than any signature has.
  private static let largest = 64 << 10
  /// Seconds; the whole bundle is read.
  private static let patience = 3600.0

  private let program: URL

  /// - Parameter path: the folders of commands, as PATH has them.
  /// - Throws: `SignatureError.noProgram`.
  public init(path: String) throws(SignatureError) {
    let found = path.split(separator: ":").lazy.map {
      URL(fileURLWithPath: String($0), isDirectory: true).appendingPathComponent("ssh-keygen")
    }.first { FileManager.default.isExecutableFile(atPath: $0.path) }
    guard let found else { throw .noProgram(path: path) }
    program = found
  }

  /// Where the signature of a bundle is.
  public static func url(of bundle: URL) -> URL { bundle.appendingPathExtension("sig") }

  /// Whether the key can sign, before anything is made that is to be signed.
  ///
  /// - Parameter key: a private key without passphrase, or a public one whose other half the agent has.
  /// - Throws: `SignatureError`; `BundleError.exists` for a signature that is there already.
  public func prepare(_ key: URL, for bundle: URL) throws {
    let signature = Self.url(of: bundle)
    guard !FileManager.default.fileExists(atPath: signature.path) else {
      throw BundleError.exists(path: signature.path)
    }
    guard FileManager.default.fileExists(atPath: key.path) else {
      throw SignatureError.noKey(key.path)
    }
    try Self.withFolder { folder in
      let file = folder.appendingPathComponent("text")
      try Data("can this key sign?\n".utf8).write(to: file)
      _ = try signed(file, key)
    }
  }

  /// Writes the signature of a bundle beside it.
  ///
  /// - Returns: its file.
  /// - Throws: `SignatureError`; `ExperimentError` where it cannot be written.
  public func sign(_ bundle: URL, with key: URL) throws -> URL {
    let signature = try Self.withFolder { folder in
      // The program writes beside what it signs, and asks before it overwrites.
      let link = folder.appendingPathComponent("bundle")
      try FileManager.default.createSymbolicLink(
        at: link, withDestinationURL: bundle.absoluteURL.standardizedFileURL)
      return try signed(link, key)
    }
    let file = Self.url(of: bundle)
    try AtomicFile.write(signature, to: file)
    return file
  }

  private func signed(_ file: URL, _ key: URL) throws -> Data {
    let call = try run(["-Y", "sign", "-f", key.path, "-n", Self.namespace, file.path])
    guard call.exit == .code(0), let signature = try? Data(contentsOf: Self.url(of: file)) else {
      throw SignatureError.refused(key: key.path, reason: call.complaint)
    }
    return signature
  }

  /// Whether somebody has signed the bundle, of those who may.
  ///
  /// - Parameters:
  ///   - allowed: who may, as OpenSSH's file `allowed_signers` says it.
  ///   - identity: who it has to be; nil for anybody who may.
  /// - Throws: `ExperimentError.cannotRead` where there is no file of allowed signers.
  public static func check(
    _ bundle: URL, allowed: URL, identity: String?, path: String
  ) throws -> BundleCheck {
    let name = "signature"
    guard FileManager.default.isReadableFile(atPath: allowed.path) else {
      throw ExperimentError.cannotRead(
        file: allowed.path, reason: "there is no such file of allowed signers")
    }
    let signature = url(of: bundle)
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: signature.resolvingSymlinksInPath().path)
    guard let attributes, attributes[.type] as? FileAttributeType == .typeRegular else {
      return .init(
        name: name,
        outcome: .failed("the bundle is not signed: there is no '\(signature.lastPathComponent)'"))
    }
    guard let size = attributes[.size] as? Int, size <= largest else {
      return .init(
        name: name, outcome: .failed("'\(signature.lastPathComponent)' is no SSH signature"))
    }
    do {
      let signer = try BundleSignature(path: path)
        .signer(bundle, signature, allowed: allowed, identity: identity)
      return .init(name: "\(name) of \(signer)", outcome: .verified)
    } catch SignatureError.noProgram {
      return .init(
        name: name,
        outcome: .notCheckable("it takes OpenSSH's `ssh-keygen`, which is in no folder of PATH"))
    } catch let error as SignatureError {
      return .init(name: name, outcome: .failed(error.description))
    }
  }

  /// Who has signed.
  private func signer(
    _ bundle: URL, _ signature: URL, allowed: URL, identity: String?
  ) throws -> String {
    let candidates: [String]
    if let identity {
      candidates = [identity]
    } else {
      let call = try run([
        "-Y", "find-principals", "-s", signature.path, "-f", allowed.path,
      ])
      candidates = call.output.split(separator: "\n").map(String.init)
      guard call.exit == .code(0), !candidates.isEmpty else {
        throw SignatureError.notVerified(call.complaint)
      }
    }
    var complaint = ""
    for candidate in candidates {
      let call = try run(
        [
          "-Y", "verify", "-f", allowed.path, "-I", candidate, "-n", Self.namespace, "-s",
          signature.path,
        ], input: bundle)
      if call.exit == .code(0) { return candidate }
      complaint = call.complaint
    }
    throw SignatureError.notVerified(complaint)
  }

  private func run(_ arguments: [String], input: URL? = nil) throws -> ProgramCall {
    // Nobody is asked for a passphrase: there is no terminal, no window and nothing to read.
    var environment = ProcessInfo.processInfo.environment
    environment["SSH_ASKPASS_REQUIRE"] = "never"
    for name in ["SSH_ASKPASS", "DISPLAY", "WAYLAND_DISPLAY"] { environment[name] = nil }
    environment["LC_ALL"] = "C"
    do {
      return try ProgramCall.run(
        program, arguments, input: input, environment: environment, seconds: Self.patience)
    } catch {
      throw SignatureError.noAnswer("\(error)")
    }
  }

  private static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-signature-\(UUID().uuidString)", isDirectory: true)
    try RunDirectory.makeFolder(folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
