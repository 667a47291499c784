import Foundation

/// An archive of a run that anyone can check and replay: its records, the recipe they come from, and the
/// digests of all that is too large to be sent along.
public struct RunBundle: Sendable {
  /// What a bundle says of its run that is in the recipe only.
  public struct Description: Sendable {
    /// As the recipe names it; nil for a model that began from nothing.
    public var baseModel: String?
    /// As the recipe names its data, with their kinds.
    public var datasets: [String]

    public init(baseModel: String? = nil, datasets: [String] = []) {
      self.baseModel = baseModel
      self.datasets = datasets
    }
  }

  public let url: URL

  public init(_ url: URL) { self.url = url }

  /// Archives a run that nobody writes to. Equal files make equal bytes, anywhere and at any time.
  ///
  /// - Parameters:
  ///   - withWeights: whether checkpoints are members, or known by their digests only.
  ///   - data: that are members; nil where data are known by their digests only.
  ///   - lock: in place of the run's own; nil for that.
  ///   - announce: told what is about to be written.
  /// - Throws: `BundleError.secret`, `.exists`, `.cannotWrite`; `ExperimentError`. The bundle is then not there.
  public static func create(
    _ url: URL, of run: RunDirectory, about description: Description, withWeights: Bool,
    data: BundleData? = nil, lock: Data? = nil, secrets: BundleSecrets,
    announce: (BundleManifest) -> Void = { _ in }
  ) throws -> BundleManifest {
    guard !FileManager.default.fileExists(atPath: url.path) else {
      throw BundleError.exists(path: url.path)
    }
    if let process = RunLock.process(holding: run.url) {
      throw ExperimentError.runInUse(path: run.url.path, process: process)
    }
    var contents = try BundleContents(run, withWeights: withWeights)
    if let data { try contents.add(data) }
    if let lock { contents.add(lock, as: RunFile.lock.rawValue) }
    let page = try BundleCard(
      run, description, hasWeights: withWeights, hasData: data.map { !$0.files.isEmpty } ?? false)
    contents.add(Data(page.markdown.utf8), as: BundleRole.cardPath)
    contents.add(
      try RunCrate.text(run: page.title, name: run.name, members: contents.members()),
      as: BundleRole.cratePath)
    let manifest = BundleManifest(
      run: run.name, members: try contents.members(), references: contents.references)
    try manifest.check(url.path)
    announce(manifest)
    for member in manifest.members {
      try secrets.check(contents.text(member.path), member.path, member.role)
    }
    let head = try manifest.text
    guard head.count <= BundleManifest.largest else {
      throw BundleError.cannotWrite(
        bundle: url.path, reason: "\(manifest.members.count) members are more than it can list")
    }
    let archive = try ArchiveWriter(url)
    try archive.append(BundleRole.manifestPath, size: head.count) { write in
      try head.withUnsafeBytes(write)
    }
    for member in manifest.members {
      let data = try contents.data(member.path)
      try archive.append(member.path, size: member.size) { try data.withUnsafeBytes($0) }
    }
    try archive.finish()
    return manifest
  }

  /// - Throws: `BundleError` for what is no bundle, or a newer one.
  public func manifest() throws -> BundleManifest { try opened().manifest }

  /// The archive after its first member, which is the manifest.
  func opened() throws -> (manifest: BundleManifest, archive: ArchiveReader) {
    let archive = try ArchiveReader(url)
    guard let (path, _) = try archive.next(), path == BundleRole.manifestPath else {
      throw BundleError.notABundle(
        url.path, reason: "its first member is not \(BundleRole.manifestPath)")
    }
    var data = Data()
    try archive.read(path, upTo: BundleManifest.largest) { data.append(contentsOf: $0) }
    return (try BundleManifest(data, bundle: url.path), archive)
  }
}
